"""PDF documents: a report of ten pages and a scanned letter."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from sensorium.samples import (
    charts,
    pdf,
    shores,
    streets,
)
from sensorium.samples.canvas import Canvas
from sensorium.samples.texture import grain

REPORT_PAGES = (
    "title page", "the mayor's summary", "tourism and hotel nights", "electricity from wind and sun, with a chart",
    "budget table: income and spending", "drinking water quality", "schools and teachers",
    "road works and cycle paths", "the hospital and public health", "outlook for next year",
)  # fmt: skip


def annual_report() -> bytes:
    """The yearly report of an invented harbour town, ten pages with tables and charts."""
    pages = [pdf.PdfPage() for _ in REPORT_PAGES]
    p = pages[0]
    p.y -= 90
    p.heading("Port Almond: Annual Report", 30)
    p.heading("What the town did, earned and spent in the year", 15)
    p.y -= 12
    p.picture(shores.sailing_boat(36, 1), 440)
    p.paragraph(
        "Published by the town council. Port Almond is an invented place; every figure in this report is made up."
    )

    p = pages[1]
    p.heading("1. The mayor's summary")
    p.paragraph("""It was a year of steady work. The new ferry pier opened in May, two months late but within its
        budget. More people moved to Port Almond than left it, for the first time in a decade, and the
        town now counts 18,420 inhabitants.""")
    p.paragraph("""Three things did not go well. The swimming hall had to stay closed for seven weeks because of a
        broken boiler. The price of building materials made us postpone the new library. And the storm of
        the ninth of November damaged forty roofs along the quay.""")
    p.paragraph("""I thank the volunteers of the fire brigade, who answered 212 calls, and everybody who came to the
        four town meetings. Your questions were sharp and your cakes were excellent.""")
    p.paragraph("Eleanor Whitcombe, mayor")

    p = pages[2]
    p.heading("2. Tourism")
    p.paragraph("""Visitors spent 214,000 nights in the hotels and guest houses of the town, nine per cent more than
        the year before. Most guests come in July and August for the beach and the regatta. The lighthouse
        museum had its best season since it opened.""")
    p.table(
        [
            ("Month", "Hotel nights", "Day visitors", "Museum tickets"),
            ("May", "14,200", "21,000", "1,940"),
            ("June", "27,900", "38,500", "3,310"),
            ("July", "52,300", "71,200", "6,870"),
            ("August", "55,100", "76,400", "7,225"),
            ("September", "24,600", "30,100", "2,980"),
            ("October", "11,400", "15,800", "1,105"),
        ],
        (130, 110, 110, 110),
    )
    p.paragraph("""Cruise ships may no longer stay overnight at the inner quay. Guests who arrive by train receive a
        free bus pass, which 12,600 people used.""")

    p = pages[3]
    p.heading("3. Electricity from wind and sun")
    p.paragraph("""The six wind turbines on the northern ridge and the solar panels on public roofs produced 41
        gigawatt hours, which is 63 per cent of the electricity that the town uses. Solar power grew
        fastest: the panels on the school roofs were connected in March.""")
    p.picture(
        charts.bars(
            "Electricity produced by quarter",
            ("Q1", "Q2", "Q3", "Q4"),
            {"wind": (9.8, 6.1, 5.2, 10.4), "solar": (0.9, 3.4, 3.8, 1.4)},
            "gigawatt hours",
        ),
        440,
    )
    p.paragraph("""A battery of four megawatt hours beside the substation now stores the surplus of windy nights. It
        paid for a third of its cost in the first year.""")

    p = pages[4]
    p.heading("4. Budget: income and spending")
    p.paragraph("The accounts closed with a small surplus of 0.4 million. All amounts are in millions and rounded.")
    p.table(
        [
            ("Income", "Last year", "This year", "Change"),
            ("Property tax", "12.1", "12.6", "+4 %"),
            ("Business tax", "8.4", "9.0", "+7 %"),
            ("Harbour fees", "3.9", "4.4", "+13 %"),
            ("State grants", "10.2", "9.8", "-4 %"),
            ("Other income", "2.2", "2.3", "+5 %"),
            ("Total income", "36.8", "38.1", "+4 %"),
        ],
        (170, 100, 100, 90),
    )
    p.table(
        [
            ("Spending", "Last year", "This year", "Change"),
            ("Salaries", "14.6", "15.3", "+5 %"),
            ("Schools and nurseries", "7.7", "8.1", "+5 %"),
            ("Roads and harbour", "6.0", "5.9", "-2 %"),
            ("Social services", "4.8", "5.1", "+6 %"),
            ("Interest on debt", "1.3", "1.1", "-15 %"),
            ("Other spending", "2.3", "2.2", "-4 %"),
            ("Total spending", "36.7", "37.7", "+3 %"),
        ],
        (170, 100, 100, 90),
    )
    p.paragraph("The debt of the town fell to 21.5 million. The auditors found no errors of substance.")

    p = pages[5]
    p.heading("5. Drinking water")
    p.paragraph("""The laboratory took 380 samples of drinking water at the wells, in the reservoir and at kitchen
        taps. All but two met every limit. In August, bacteria were found in a side pipe at Mill Lane; the
        pipe was flushed with chlorine and the water was safe again after three days.""")
    p.table(
        [
            ("Substance", "Limit", "Measured", "Unit"),
            ("Nitrate", "50", "11.8", "mg/l"),
            ("Lead", "10", "0.9", "µg/l"),
            ("Chloride", "250", "34", "mg/l"),
            ("Hardness", "-", "12.4", "°dH"),
            ("pH", "6.5-9.5", "7.6", ""),
        ],
        (150, 100, 110, 90),
    )
    p.paragraph(
        "Leaks were cut from 11 to 8 per cent of the water pumped, because 2.3 kilometres of old pipe were replaced."
    )

    p = pages[6]
    p.heading("6. Schools and teachers")
    p.paragraph("""The four schools teach 2,310 pupils. Classes became smaller, with 21.4 children on average,
        because eleven new teachers were hired. Every classroom now has a fast internet connection, and
        lunch is cooked fresh in two of the four school kitchens.""")
    p.picture(
        charts.lines(
            "Pupils at the schools of Port Almond",
            ("2019", "2020", "2021", "2022", "2023", "2024"),
            {"primary": (1180, 1195, 1210, 1248, 1271, 1302), "secondary": (1010, 1002, 989, 990, 1001, 1008)},
            "pupils",
        ),
        420,
    )
    p.paragraph(
        "The evening school offered 64 courses. Spanish for beginners and bicycle repair were full within a day."
    )

    p = pages[7]
    p.heading("7. Road works and cycle paths")
    p.paragraph("""Harbour Street got new asphalt between the station and the fish market. The work took nine weeks
        and the noise of the jackhammers was the most frequent complaint of the year. Six kilometres of
        cycle path were painted green and separated from the cars by kerbs.""")
    p.picture(streets.street(37, 1), 380)
    p.paragraph("""Accidents with injuries fell from 58 to 41. The speed limit of thirty kilometres an hour now holds
        in the whole old town, and the number of parking places for bicycles at the station doubled to
        600.""")

    p = pages[8]
    p.heading("8. The hospital and public health")
    p.paragraph("""Doctors and nurses of the hospital treated 9,740 patients in its beds and 31,200 in the emergency
        room. The average wait in the emergency room was 47 minutes, down from 58. A second ambulance is
        stationed at the southern end of the town.""")
    p.paragraph("""The vaccination bus visited all villages in October. Flu was mild; measles did not occur. A new
        course teaches the inhabitants first aid and the use of the defibrillators, of which there are now
        nineteen in public places.""")
    p.table(
        [
            ("Ward", "Beds", "Patients", "Average days"),
            ("Surgery", "48", "3,120", "4.1"),
            ("Medicine", "64", "4,380", "5.0"),
            ("Maternity", "18", "890", "2.8"),
            ("Children", "20", "1,350", "2.6"),
        ],
        (150, 90, 110, 110),
    )

    p = pages[9]
    p.heading("9. Outlook for next year")
    p.paragraph("""The council plans to begin the new library in April, to renew the boiler of the swimming hall, and
        to plant four hundred trees against the heat of the summer: oaks in the parks, limes along the
        avenues, and fruit trees near the schools.""")
    p.paragraph("""The ferry to the islands will run with an electric engine from June. Its batteries are charged at
        night at the new pier. The crossing will be quieter and, for people who live here, cheaper.""")
    p.paragraph("Comments are welcome at the town hall, every Thursday from four to six.")
    for number, page in enumerate(pages, 1):
        page.text(pdf.WIDTH - 90, 40, f"page {number}", 9)
    return pdf.write(pages, "Annual report of Port Almond")


LETTER = (
    "Port Almond, 3 March", "", "Dear Mrs Okafor,", "",
    "thank you for lending us your grandfather's",
    "telescope for the exhibition about the stars.",
    "It arrived safely on Tuesday, and we have",
    "already seen the rings of Saturn with it.", "",
    "The insurance covers the telescope until the",
    "end of June. We will bring it back by van, with",
    "two people and a very soft blanket.", "",
    "You and your family are invited to the opening",
    "on Friday at seven. There will be lemonade,",
    "a talk about comets, and, if the clouds allow,",
    "a look at the moon from the roof.", "",
    "Yours sincerely,", "Tomas Lindqvist, Observatory Society",
)  # fmt: skip


def scanned_letter() -> bytes:
    """A letter that went through a scanner: one page that is only a picture, a little crooked."""
    sheet = Image.new("L", (1240, 1754), 250)
    pen = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(42)
    for row, line in enumerate(LETTER):
        pen.text((150, 190 + 66 * row), line, fill=35, font=font)
    turned = sheet.rotate(0.7, Image.Resampling.BICUBIC, fillcolor=250)
    c = Canvas(620, 877)
    ink = np.asarray(turned, np.float32)[: 877 * 2, : 620 * 2] / 255
    paper = 1 - 0.02 * np.abs(grain(c, c.x, c.y, 30, 0.6))
    c.rgb[:] = np.array([0.99, 0.975, 0.94], np.float32)
    c.rgb *= (np.pad(ink, ((0, c.rgb.shape[0] - ink.shape[0]), (0, 0)), mode="edge") * paper)[..., None]
    c.scale, c.width, c.height = 1, c.rgb.shape[1], c.rgb.shape[0]
    page = pdf.PdfPage(y=pdf.HEIGHT)
    page.picture(c, pdf.WIDTH)
    return pdf.write([page], "Scan")
