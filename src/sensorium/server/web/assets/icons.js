// Icons of our own: strokes on a field of 20, in the colour of the text around them.
import { svg } from "./dom.js";

const PATHS = {
  search: "M9 15.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM13.8 13.8 17.5 17.5",
  plus: "M10 4v12M4 10h12",
  minus: "M4 10h12",
  close: "M5 5l10 10M15 5 5 15",
  clip: "M15.5 9.2 9.7 15a3.6 3.6 0 0 1-5.1-5.1l6.3-6.3a2.4 2.4 0 0 1 3.4 3.4L8 13.300a1.200 1.200 0 0 1-1.700-1.700l5.600-5.600",
  mic: "M10 2.500a2.500 2.500 0 0 0-2.500 2.500v4.500a2.500 2.500 0 0 0 5 0V5A2.500 2.500 0 0 0 10 2.500ZM4.500 9.500a5.500 5.500 0 0 0 11 0M10 15v2.500",
  stop: "M5.500 5.500h9v9h-9z",
  arrow: "M4 10h12M11 5l5 5-5 5",
  text: "M4 5h12M4 9h12M4 13h12M4 17h7",
  document: "M5 2.500h6.500L15.500 6.500v11H5zM11.500 2.500v4h4M8 10.500h5M8 13.500h5",
  image: "M3 4h14v12H3zM3 13.500l4-4 3.500 3.500 2-2L17 15M12.800 8.200a.9.9 0 1 0 0-1.800.9.9 0 0 0 0 1.800Z",
  audio: "M3 8.500v3M6.500 5.500v9M10 3v14M13.500 6.500v7M17 8.500v3",
  video: "M3 4.500h14v11H3zM8.500 7.500v5l4-2.500z",
  filter: "M3 5h14M5.500 10h9M8.500 15h3",
  tune: "M3 6h6M13 6h4M11 4v4M3 14h3M10 14h7M8 12v4",
  more: "M10 4v12M4 10h12",
  less: "M4 10h12",
  open: "M11 4h5v5M16 4l-7 7M8 5H4v11h11v-4",
  copy: "M7 7h9v10H7zM13 7V3H4v10h3",
  trash: "M3.500 5.500h13M8 5.500V3.500h4v2M5.500 5.500l.8 11h7.400l.8-11M8.500 8.500v5M11.500 8.500v5",
  sun: "M10 13.500a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7ZM10 1.500v2M10 16.500v2M1.500 10h2M16.500 10h2M4 4l1.400 1.400M14.600 14.600 16 16M4 16l1.400-1.400M14.600 5.400 16 4",
  moon: "M16.500 12A7 7 0 0 1 8 3.500a7 7 0 1 0 8.500 8.500Z",
  auto: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM10 3v14M10 6.500l5 0M10 10h7M10 13.500h5",
  help: "M7.500 7.500a2.500 2.500 0 1 1 3.800 2.100c-.8.500-1.300 1-1.300 1.900M10 14.500v.1M10 17.500a7.500 7.500 0 1 0 0-15 7.500 7.500 0 0 0 0 15Z",
  play: "M6.500 4v12l9-6z",
  pause: "M6.500 4.500v11M13.500 4.500v11",
  left: "M12 4l-6 6 6 6",
  right: "M8 4l6 6-6 6",
  check: "M4 10.500l4 4 8-9",
  warn: "M10 3 18 16.500H2zM10 8v4M10 14.300v.1",
  folder: "M2.500 5h5l2 2h8v9h-15z",
  upload: "M10 13.500V3.500M6 7.500l4-4 4 4M3.500 12.500v4h13v-4",
  retry: "M15.500 8A6 6 0 1 0 16 11.500M16 3.500V8h-4.500",
  grid: "M3 3h6v6H3zM11 3h6v6h-6zM3 11h6v6H3zM11 11h6v6h-6z",
  map: "M5 6.500a1 1 0 1 0 0-2 1 1 0 0 0 0 2ZM9 11.500a1 1 0 1 0 0-2 1 1 0 0 0 0 2ZM15 5.500a1 1 0 1 0 0-2 1 1 0 0 0 0 2ZM14 15.500a1 1 0 1 0 0-2 1 1 0 0 0 0 2ZM6 16.500a1 1 0 1 0 0-2 1 1 0 0 0 0 2Z",
  lost: "M3 4h14v12H3zM3 16 17 4",
  leave: "M8 3.500H4v13h4M12 6.500l3.500 3.500-3.500 3.500M15.500 10H8",
  down: "M5 8l5 5 5-5",
};

export function icon(name, size = 18) {
  return svg(
    "svg",
    { viewBox: "0 0 20 20", width: size, height: size, class: "icon", "aria-hidden": "true", focusable: "false" },
    svg("path", { d: PATHS[name] }),
  );
}

/** The mark: five senses around one point. */
export function mark(size = 26) {
  const arcs = ["M16 4.500a11.500 11.500 0 0 1 10.700 7.300", "M27.300 17.200a11.500 11.500 0 0 1-6.600 9.300", "M15.500 27.500a11.500 11.500 0 0 1-9.700-5.900", "M4.600 17.500a11.500 11.500 0 0 1 6.700-12"];
  const kinds = ["video", "audio", "image", "text"];
  return svg(
    "svg",
    { viewBox: "0 0 32 32", width: size, height: size, class: "mark", "aria-hidden": "true", focusable: "false" },
    ...arcs.map((d, at) => svg("path", { d, class: `is-${kinds[at]}` })),
    svg("circle", { cx: 16, cy: 16, r: 4.400, class: "is-document" }),
  );
}
