"""Notes in many languages, all written for this library."""

from __future__ import annotations

NOTES: dict[str, str] = {
    "lentil_soup.txt": """Lentil soup for six

Soak nothing: red lentils need no soaking. Fry two chopped onions and three cloves of garlic in olive oil until
they are golden. Add a spoon of cumin, half a spoon of paprika and two grated carrots, and stir for a minute.

Pour in three hundred grams of washed lentils and a litre and a half of hot vegetable stock. Let the soup simmer
for twenty minutes and stir now and then, because lentils like to stick to the pot. Blend half of it, so that it
is creamy but still has something to chew.

Season with salt, pepper and the juice of a lemon. Serve with bread and a spoon of yoghurt. It tastes even
better the next day.
""",
    "bicycle_chain.md": """# How to replace a bicycle chain

You need a chain tool, a new chain of the right width and a rag.

1. Shift to the smallest sprocket, so that the chain is slack.
2. Push a rivet of the old chain out with the chain tool and pull the chain off.
3. Clean the derailleur wheels. Old grease is black sandpaper.
4. Lay the new chain beside the old one and shorten it to the **same number of links**.
5. Thread it through the derailleur, close it with the quick link and turn the pedals backwards.
6. Stand on the pedal with the brake pulled: the link snaps shut with a click.

Put one drop of oil on every roller and wipe the rest away. If the chain jumps under load, the sprockets are
worn out, too.
""",
    "balkonpflanzen.txt": """Pflanzenpflege auf dem Balkon

Tomaten brauchen Sonne, Wind und viel Wasser, aber nie auf die Blätter. Gieße am Morgen direkt an die Wurzel.
Geize die Triebe in den Blattachseln aus, sonst wächst ein Dschungel statt Früchte.

Basilikum mag keine kalten Nächte. Stelle ihn im Mai abends noch ins Zimmer. Schneide immer ganze Triebspitzen
ab und zupfe nicht einzelne Blätter, dann wird die Pflanze buschig.

Lavendel will das Gegenteil: magere Erde, wenig Wasser und einen Topf mit Loch. Gelbe Blätter bedeuten fast
immer, dass die Wurzeln im Nassen stehen. Im Herbst wird er um ein Drittel gekürzt, aber nie bis ins alte Holz.
""",
    "voyage_en_bretagne.md": """# Une semaine en Bretagne

Nous sommes arrivés à Saint-Malo sous la pluie, et nous en sommes repartis avec des coups de soleil. Entre les
deux, il y a eu sept jours de vent, de crêpes et de marées.

Le premier matin, nous avons fait le tour des remparts. La mer était si basse que l'on pouvait marcher jusqu'au
fort. Trois heures plus tard, il n'y avait plus que de l'eau.

Le mercredi, nous avons pris le bateau pour l'île de Bréhat. Aucune voiture, des murs de granit rose et des
hortensias partout. Le soir, un pêcheur nous a vendu des huîtres et nous a montré comment les ouvrir sans se
blesser.

Si vous y allez, emportez un bon imperméable et n'ayez pas d'horaire trop serré : là-bas, c'est la marée qui décide.
""",
    "receta_tortilla.html": """<!doctype html>
<html lang="es"><head><meta charset="utf-8"><title>Tortilla de patatas</title></head>
<body>
<h1>Tortilla de patatas de mi abuela</h1>
<p>Pela un kilo de patatas y córtalas en láminas finas. Corta también una cebolla grande. Fríe todo a fuego
lento en abundante aceite de oliva durante veinticinco minutos; las patatas tienen que quedar blandas, no
doradas.</p>
<p>Bate seis huevos con sal, escurre las patatas y mézclalas con el huevo. Deja reposar la mezcla diez minutos:
ese es el secreto.</p>
<p>Calienta una sartén con una cucharada de aceite, vierte la mezcla y espera tres minutos. Dale la vuelta con
un plato, sin miedo, y cocina el otro lado dos minutos más. Por dentro debe quedar jugosa.</p>
</body></html>
""",
    "зимний_поход.txt": """Зимний поход на лыжах

Мы вышли из деревни рано утром, когда солнце ещё не поднялось над лесом. Мороз был двадцать градусов, снег
скрипел под лыжами, и у всех побелели ресницы.

К обеду мы дошли до замёрзшего озера. Рыбаки сидели у лунок и угостили нас горячим чаем из термоса. Дальше лыжня
шла через ельник, где на снегу были следы зайца и лисы.

Ночевали мы в старой избе. Печка долго дымила, потом разгорелась, и стало так тепло, что можно было сидеть в
одной рубашке. Ночью мы вышли посмотреть на звёзды: такого неба в городе не бывает.
""",
    "泡茶.txt": """怎样泡好一杯绿茶

绿茶怕烫。水烧开以后，先放两三分钟，等水温降到八十度左右再泡。水太热，茶就会又苦又涩。

先用热水把杯子烫一下，放三克茶叶，再倒进三分之一的水，轻轻摇一摇，让茶叶慢慢展开。半分钟以后，把水加到七分满。

第一泡一分钟就可以喝，第二泡味道最好，第三泡要多等一会儿。喝剩下一半的时候就加水，不要喝干。

茶叶要放在密封的罐子里，避开阳光和潮气。春天的新茶最香，最好在半年之内喝完。
""",
    "京都の旅.md": """# 京都の秋

十一月の終わりに、母と二人で京都を旅しました。朝早く清水寺に着くと、まだ人が少なく、紅葉が朝日に透けて赤く光っていました。

昼は小さな店で湯豆腐を食べました。店の主人が、豆腐は水で決まるのだと教えてくれました。午後は哲学の道をゆっくり歩き、猫を七匹数えました。

二日目は雨でした。傘をさして竹林を歩くと、葉に当たる雨の音だけが聞こえます。晴れの日より、雨の京都のほうが好きかもしれないと母が言いました。

帰りの新幹線では、二人とも富士山を見ないで眠ってしまいました。
""",
    "قهوة_الصباح.txt": """قهوة الصباح

في بيت جدتي كان اليوم يبدأ برائحة القهوة. كانت تحمّص الحبوب في مقلاة صغيرة على نار هادئة، وتحركها بملعقة خشبية
حتى يصير لونها مثل لون التمر.

ثم تطحنها مع قليل من الهيل، وتضع ملعقتين من البن في ماء يغلي، وتنتظر حتى ترتفع الرغوة ثلاث مرات. كانت تقول إن
القهوة التي لا تنتظرها لا تنتظرك.

نجلس بعد ذلك تحت شجرة الليمون ونشرب ببطء ونستمع إلى العصافير. لا أحد يتكلم قبل الفنجان الأول، ولا أحد يسكت بعد الثاني.
""",
    "बारिश_का_दिन.txt": """बारिश का दिन

आज सुबह से तेज़ बारिश हो रही है। गली में पानी भर गया है और बच्चे काग़ज़ की नाव बनाकर तैरा रहे हैं। माँ ने रसोई
में पकौड़े तले और अदरक की चाय बनाई।

बिजली दो बार गई। हमने मोमबत्ती जलाई और दादाजी ने अपने गाँव की कहानी सुनाई, जब नदी में बाढ़ आई थी और सब लोग मंदिर
की छत पर रात भर बैठे रहे थे।

शाम को बादल हट गए। पेड़ों से पानी टपक रहा था, मिट्टी की ख़ुशबू आ रही थी, और आसमान में इंद्रधनुष निकला। छत पर मोर
भी नाचता हुआ दिखा।
""",
    "manual_da_maquina.txt": """Manual da máquina de lavar

Antes da primeira lavagem, retire os quatro parafusos de transporte na parte de trás. Sem isso, a máquina vai
saltar pela cozinha e o tambor pode partir-se.

Separe a roupa branca da roupa de cor e esvazie os bolsos. Não encha o tambor demais: deve caber uma mão aberta
por cima da roupa. Para algodão use quarenta graus; para lã escolha o programa delicado, com água fria.

Se a água não sai, desligue a máquina, abra a tampa pequena em baixo e limpe o filtro. Quase sempre lá está uma
moeda. Deixe a porta aberta depois da lavagem, para que o tambor seque e não cheire mal.
""",
    "poesia_del_mare.txt": """Sera al porto

Le barche dormono legate al molo,
e il vento conta piano le catene.
Un gabbiano, in ritardo, torna solo
dalla linea dove il sole si trattiene.

Il faro accende il suo pensiero lento,
lo manda in giro e poi lo chiama a casa.
Io resto qui, tra il sale e il vento,
con la giacca di mio padre troppo larga.

Domani la città farà rumore,
ma questa sera il mare parla piano,
e dice solo cose senza ore,
come chi aspetta e ti dà la mano.
""",
    "shop_prices.csv": """article,department,colour,price,stock,remark
summer dress,clothing,red,49.90,12,cotton with a belt
blue jeans,clothing,blue,64.00,31,straight cut
T-shirt,clothing,yellow,15.50,85,organic cotton
leather handbag,accessories,green,119.00,4,gold clasp
sunglasses,accessories,black,29.00,40,filters ultraviolet light
straw hat,accessories,straw,24.50,17,red ribbon
running shoes,shoes,white,89.90,22,light sole
wooden chair,furniture,brown,75.00,9,beech
armchair,furniture,blue,349.00,2,delivered free
table lamp,furniture,yellow,58.00,11,bulb included
coffee mug,kitchen,red,8.90,140,dishwasher safe
umbrella,accessories,rainbow,19.90,33,opens by itself
""",
    "weather_station.json": """{
  "station": "Harbour wall",
  "description": "Weather of a stormy week: degrees Celsius, wind in kilometres an hour, rain in millimetres",
  "days": [
    {"day": "Monday", "temperature": 11.2, "wind": 18, "rain": 0.0, "remark": "clear and mild"},
    {"day": "Tuesday", "temperature": 10.4, "wind": 35, "rain": 2.4, "remark": "clouds from the west"},
    {"day": "Wednesday", "temperature": 8.9, "wind": 71, "rain": 22.8, "remark": "storm warning, no ferry"},
    {"day": "Thursday", "temperature": 7.1, "wind": 96, "rain": 41.5, "remark": "hurricane gusts, two trees down"},
    {"day": "Friday", "temperature": 7.8, "wind": 44, "rain": 9.1, "remark": "showers and a double rainbow"},
    {"day": "Saturday", "temperature": 9.5, "wind": 15, "rain": 0.3, "remark": "calm again"}
  ]
}
""",
    "astronomy_lecture.srt": """1
00:00:00,500 --> 00:00:05,000
Good evening. Tonight we travel from the Moon to the edge of what can be seen.

2
00:00:05,200 --> 00:00:10,400
The Moon is so close that its light reaches us in a little more than a second.

3
00:00:10,600 --> 00:00:16,000
The light of the Sun needs eight minutes, and that of Jupiter about three quarters of an hour.

4
00:00:16,200 --> 00:00:22,500
The nearest star is four light years away. What we see of it tonight happened four years ago.

5
00:00:22,700 --> 00:00:29,000
And the Andromeda galaxy, the faint smudge above the roof, shows us light that is two and a half million years old.

6
00:00:29,200 --> 00:00:33,000
A telescope is therefore a machine for looking into the past.
""",
    "first_aid.txt": """First aid for a burn

Cool the burn at once under running tap water, lukewarm rather than ice cold, for ten to twenty minutes. Take
off rings and watches before the skin swells. Do not pull at clothes that stick to the wound.

Cover the burn loosely with a clean cloth or cling film. Butter, flour and toothpaste do not help; they only
feed bacteria. Never open a blister.

Call a doctor when the burn is larger than the palm of the hand, when it is on the face, the hands or a joint,
when the skin is white or black, or when a small child is hurt. Keep the injured person warm and talk calmly
until help arrives.
""",
}
