//! What a face would draw, and a buffer as text: the grid, and under it the styles that differ from the plain one.

use std::fmt::Write;

use codecommit_setup::frontend::tui::draw::draw;
use codecommit_setup::frontend::tui::look::Look;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};

use crate::support::walker::Walker;

/// Draws what a face would show, told of what does not fit as the loop does.
pub fn drawn(walker: &mut Walker, columns: u16, rows: u16) -> Buffer {
    let area = Rect::new(0, 0, columns, rows);
    let look = Look::new(true, true);
    let mut buffer = Buffer::empty(area);
    let fit = draw(&walker.wizard.screen(), area, &mut buffer, &look).fit;
    if walker.wizard.fits(fit) {
        buffer.reset();
        draw(&walker.wizard.screen(), area, &mut buffer, &look);
    }
    buffer
}

/// The characters of a buffer that are no blanks, row after row, without the frames of cards.
pub fn characters(buffer: &Buffer) -> String {
    let symbols = buffer.content.iter().flat_map(|cell| cell.symbol().chars());
    symbols.filter(|c| !c.is_whitespace() && !('\u{2500}'..='\u{257f}').contains(c)).collect()
}

/// The grid without blanks at the ends of its lines, then a line for each run of a style: row, columns, style.
pub fn picture(buffer: &Buffer) -> String {
    let area = buffer.area;
    let mut grid = String::new();
    let mut styles = String::new();
    for y in area.top()..area.bottom() {
        let mut line = String::new();
        let mut run: Option<(u16, (Color, Color, Modifier))> = None;
        let mut skip = 0;
        for x in area.left()..=area.right() {
            let style = (x < area.right()).then(|| {
                let cell = &buffer[(x, y)];
                if skip == 0 {
                    line.push_str(cell.symbol());
                    skip = unicode_width::UnicodeWidthStr::width(cell.symbol()).saturating_sub(1);
                } else {
                    skip -= 1;
                }
                (cell.fg, cell.bg, cell.modifier)
            });
            if run.map(|(_, style)| style) != style {
                if let Some((from, (fg, bg, modifier))) = run
                    && (fg, bg, modifier) != (Color::Reset, Color::Reset, Modifier::empty())
                {
                    let mut words = Vec::new();
                    if fg != Color::Reset {
                        words.push(format!("{fg:?}"));
                    }
                    if bg != Color::Reset {
                        words.push(format!("on {bg:?}"));
                    }
                    words.extend(modifier.iter_names().map(|(name, _)| name.to_lowercase()));
                    writeln!(styles, "{y}: {from}-{} {}", x - 1, words.join(" ")).expect("a string takes it");
                }
                run = style.map(|style| (x, style));
            }
        }
        grid.push_str(line.trim_end());
        grid.push('\n');
    }
    format!("{grid}{}\n{styles}", "=".repeat(usize::from(area.width)))
}
