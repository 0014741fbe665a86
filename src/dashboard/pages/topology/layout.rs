//! Where everything stands in the picture. Pure arithmetic in pixels.
//!
//! From above: the world; networks that lead there; routers; networks behind them. A network is a block with what is
//! plugged into it in a grid. Lines leave a router straight up or down to a height of its own, run across there, and
//! end at the block, so that none crosses a block.

/// Where a thing stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rect {
    pub x: i32,
    pub y: i32,
    pub width: i32,
    pub height: i32,
}

impl Rect {
    fn bottom(self) -> i32 {
        self.y + self.height
    }

    /// The x of the nth of several lines that end at it.
    fn along(self, nth: usize, of: usize) -> i32 {
        self.x + self.width * pixels(nth + 1) / pixels(of + 1)
    }
}

/// What is to be drawn, by number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// How many things are plugged into each network that leads outside.
    pub open: Vec<usize>,
    /// The same of the other networks.
    pub closed: Vec<usize>,
    pub routers: Vec<Legs>,
}

/// The networks that a router stands in, by their place in [`Counts`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Legs {
    pub open: Vec<usize>,
    pub closed: Vec<usize>,
}

/// A network's frame, and its nodes within.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Block {
    pub frame: Rect,
    pub nodes: Vec<Rect>,
}

/// The whole picture.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Layout {
    pub width: i32,
    pub height: i32,
    /// None where no network leads there.
    pub world: Option<Rect>,
    pub open: Vec<Block>,
    pub closed: Vec<Block>,
    pub routers: Vec<Rect>,
    /// Corner by corner.
    pub links: Vec<Vec<(i32, i32)>>,
}

const MARGIN: i32 = 16;
const GAP: i32 = 24;
const WORLD: i32 = 36;
/// Room for a network's name and address ranges.
const HEAD: i32 = 52;
const PAD: i32 = 12;
const NODE: (i32, i32) = (184, 62);
const NODE_GAP: i32 = 8;
const ROUTER: (i32, i32) = (184, 46);
/// Between the heights at which two routers' lines run across.
const STEP: i32 = 7;

/// Lays everything out.
pub fn layout(counts: &Counts) -> Layout {
    let widths = |row: &[usize]| row.iter().map(|nodes| block_width(*nodes)).collect::<Vec<_>>();
    let (open, closed) = (widths(&counts.open), widths(&counts.closed));
    let routers = vec![ROUTER.0; counts.routers.len()];
    let width = [&open, &closed, &routers].map(|row| row_width(row)).into_iter().max().unwrap_or_default();
    let lines = if counts.routers.is_empty() { GAP } else { 2 * GAP + STEP * pixels(counts.routers.len()) };

    let mut y = MARGIN;
    let world = (!open.is_empty()).then_some(Rect { x: MARGIN, y, width, height: WORLD });
    y += world.map_or(0, |world| world.height + GAP);
    let open = row(&counts.open, &open, width, y);
    y = open.iter().map(|block| block.frame.bottom()).max().map_or(y, |bottom| bottom + lines);
    let xs = starts(&routers, width);
    let routers: Vec<Rect> = xs.iter().map(|x| Rect { x: *x, y, width: ROUTER.0, height: ROUTER.1 }).collect();
    y = routers.first().map_or(y, |router| router.bottom() + lines);
    let closed = row(&counts.closed, &closed, width, y);
    let bottom = closed.iter().map(|block| block.frame.bottom()).max();
    let height = bottom.or(routers.first().map(|router| router.bottom())).unwrap_or(y - lines) + MARGIN;

    let mut links: Vec<_> = world
        .into_iter()
        .flat_map(|world| open.iter().map(move |block| (world.bottom(), block.frame)))
        .map(|(from, frame)| {
            let x = frame.along(0, 1);
            vec![(x, from), (x, frame.y)]
        })
        .collect();
    links.extend(router_links(counts, &open, &closed, &routers));
    Layout { width: width + 2 * MARGIN, height, world, open, closed, routers, links }
}

fn router_links(counts: &Counts, open: &[Block], closed: &[Block], routers: &[Rect]) -> Vec<Vec<(i32, i32)>> {
    let mut links = Vec::new();
    let mut ends = (vec![0; open.len()], vec![0; closed.len()]);
    let meeting = |legs: fn(&Legs) -> &Vec<usize>, block: usize| {
        counts.routers.iter().flat_map(legs).filter(|leg| **leg == block).count()
    };
    for (nth, (legs, router)) in counts.routers.iter().zip(routers).enumerate() {
        let up = router.y - GAP - STEP * pixels(nth);
        for (leg, block) in legs.open.iter().enumerate() {
            let from = router.along(leg, legs.open.len());
            let frame = open[*block].frame;
            let to = frame.along(ends.0[*block], meeting(|legs| &legs.open, *block));
            ends.0[*block] += 1;
            links.push(vec![(from, router.y), (from, up), (to, up), (to, frame.bottom())]);
        }
        let down = router.bottom() + GAP + STEP * pixels(nth);
        for (leg, block) in legs.closed.iter().enumerate() {
            let from = router.along(leg, legs.closed.len());
            let frame = closed[*block].frame;
            let to = frame.along(ends.1[*block], meeting(|legs| &legs.closed, *block));
            ends.1[*block] += 1;
            links.push(vec![(from, router.bottom()), (from, down), (to, down), (to, frame.y)]);
        }
    }
    links
}

/// A row of blocks, in the middle.
fn row(counts: &[usize], widths: &[i32], width: i32, y: i32) -> Vec<Block> {
    let place = |((nodes, width), x): ((&usize, &i32), i32)| {
        let columns = columns(*nodes);
        let rows = pixels(nodes.div_ceil(columns).max(1));
        let height = HEAD + rows * (NODE.1 + NODE_GAP) - NODE_GAP + PAD;
        let node = |nth: usize| Rect {
            x: x + PAD + pixels(nth % columns) * (NODE.0 + NODE_GAP),
            y: y + HEAD + pixels(nth / columns) * (NODE.1 + NODE_GAP),
            width: NODE.0,
            height: NODE.1,
        };
        Block { frame: Rect { x, y, width: *width, height }, nodes: (0..*nodes).map(node).collect() }
    };
    counts.iter().zip(widths).zip(starts(widths, width)).map(place).collect()
}

/// Where each of a row begins.
fn starts(widths: &[i32], room: i32) -> Vec<i32> {
    let mut x = MARGIN + (room - row_width(widths)) / 2;
    let step = |width: &i32| {
        let start = x;
        x += width + GAP;
        start
    };
    widths.iter().map(step).collect()
}

fn row_width(widths: &[i32]) -> i32 {
    widths.iter().sum::<i32>() + GAP * (pixels(widths.len()) - 1).max(0)
}

fn block_width(nodes: usize) -> i32 {
    let columns = pixels(columns(nodes));
    columns * (NODE.0 + NODE_GAP) - NODE_GAP + 2 * PAD
}

/// A few stand below each other, dozens side by side.
fn columns(nodes: usize) -> usize {
    match nodes {
        0..4 => 1,
        4..13 => 2,
        13..31 => 3,
        _ => 4,
    }
}

fn pixels(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// As much of a text as fits into so many cells; wide characters take two.
pub fn fit(text: &str, cells: usize) -> String {
    let wide = |letter: char| if letter >= '\u{1100}' { 2 } else { 1 };
    if text.chars().map(wide).sum::<usize>() <= cells {
        return text.to_owned();
    }
    let mut used = 1;
    let kept = text.chars().take_while(|letter| {
        used += wide(*letter);
        used <= cells
    });
    kept.chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn apart(one: Rect, other: Rect) -> bool {
        one.x + one.width <= other.x
            || other.x + other.width <= one.x
            || one.bottom() <= other.y
            || other.bottom() <= one.y
    }

    fn within(inner: Rect, outer: Rect) -> bool {
        inner.x >= outer.x
            && inner.y >= outer.y
            && inner.x + inner.width <= outer.x + outer.width
            && inner.bottom() <= outer.bottom()
    }

    /// Whether a straight line runs through the inside of a rectangle.
    fn crosses(from: (i32, i32), to: (i32, i32), rect: Rect) -> bool {
        let (left, right) = (from.0.min(to.0), from.0.max(to.0));
        let (top, bottom) = (from.1.min(to.1), from.1.max(to.1));
        left < rect.x + rect.width && right > rect.x && top < rect.bottom() && bottom > rect.y
    }

    fn counts() -> impl Strategy<Value = Counts> {
        let row = || prop::collection::vec(0usize..70, 0..5);
        (row(), row()).prop_flat_map(|(open, closed)| {
            let some = |of: usize| prop::collection::btree_set(0..of.max(1), 0..=of);
            let legs = (some(open.len()), some(closed.len())).prop_map(|(open, closed)| Legs {
                open: open.into_iter().collect(),
                closed: closed.into_iter().collect(),
            });
            prop::collection::vec(legs, 0..6).prop_map(move |routers| Counts {
                open: open.clone(),
                closed: closed.clone(),
                routers,
            })
        })
    }

    proptest! {
        #[test]
        fn nothing_overlaps_nothing_sticks_out_and_no_line_crosses_a_thing(counts in counts()) {
            let layout = layout(&counts);
            let canvas = Rect { x: 0, y: 0, width: layout.width, height: layout.height };
            let blocks = || layout.open.iter().chain(&layout.closed);
            let things: Vec<Rect> =
                blocks().map(|block| block.frame).chain(layout.routers.iter().copied()).chain(layout.world).collect();
            for (nth, thing) in things.iter().enumerate() {
                prop_assert!(within(*thing, canvas), "{thing:?} in {canvas:?}");
                for other in &things[nth + 1..] {
                    prop_assert!(apart(*thing, *other), "{thing:?} and {other:?}");
                }
                for link in &layout.links {
                    for line in link.windows(2) {
                        prop_assert!(!crosses(line[0], line[1], *thing), "{link:?} through {thing:?}");
                    }
                }
            }
            for block in blocks() {
                for (nth, node) in block.nodes.iter().enumerate() {
                    prop_assert!(within(*node, block.frame));
                    prop_assert!(block.nodes[nth + 1..].iter().all(|other| apart(*node, *other)));
                }
            }
            let legs: usize = counts.routers.iter().map(|legs| legs.open.len() + legs.closed.len()).sum();
            prop_assert_eq!(layout.links.len(), legs + layout.open.len());
            prop_assert_eq!(blocks().map(|block| block.nodes.len()).sum::<usize>(), counts.open.iter().chain(&counts.closed).sum::<usize>());
        }
    }

    #[test]
    fn long_names_are_cut_and_wide_letters_count_twice() {
        assert_eq!(fit("web-1", 8), "web-1");
        assert_eq!(fit("a-very-long-name", 8), "a-very-…");
        assert_eq!(fit("云主机一号机", 8), "云主机…");
    }
}
