//! Plain tables: columns two spaces apart, no rules, readable without colour and by `cut`.

use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table, Width, presets};

/// Renders rows under headings. Cells may have several lines. A column of numbers is aligned right.
pub(crate) fn render<const N: usize>(headings: [&str; N], rows: &[[String; N]]) -> String {
    render_rows(&headings, rows.iter().map(<[String; N]>::as_slice))
}

/// Renders rows as [`render`] does, where the number of columns is not known before; each row has a cell for each heading.
pub(crate) fn render_rows<'a>(headings: &[&str], rows: impl IntoIterator<Item = &'a [String]>) -> String {
    let rows: Vec<&[String]> = rows.into_iter().collect();
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(headings);
    for row in &rows {
        table.add_row(row.iter());
    }
    for (at, heading) in headings.iter().enumerate() {
        let Some(column) = table.column_mut(at) else { continue };
        column.set_padding((0, 2));
        // The original's rule: a column is at least two wider than its heading.
        let least = u16::try_from(heading.chars().count() + 4).unwrap_or(u16::MAX);
        column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(least)));
        let is_number =
            |row: &&[String]| row.get(at).is_none_or(|cell| cell.is_empty() || cell.parse::<f64>().is_ok());
        let has_any = rows.iter().any(|row| row.get(at).is_some_and(|cell| !cell.is_empty()));
        if has_any && rows.iter().all(is_number) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let lines: Vec<String> = table.lines().map(|line| line.trim_end().to_owned()).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row<const N: usize>(cells: [&str; N]) -> [String; N] {
        cells.map(str::to_owned)
    }

    #[test]
    fn columns_are_two_spaces_apart_and_at_least_two_wider_than_their_headings() {
        let table = render(
            ["CONNECTOR", "CHECK", "ID", "TAGS", "STATUS"],
            &[row(["dev.opsani.com/servox", "Opsani API connectivity", "ffd7e219", "-", "X FAILED"])],
        );
        let expected = "\
CONNECTOR              CHECK                    ID        TAGS    STATUS
dev.opsani.com/servox  Opsani API connectivity  ffd7e219  -       X FAILED";
        assert_eq!(table, expected);
    }

    #[test]
    fn cells_of_several_lines_go_on_below() {
        let table = render(
            ["EVENT", "CONNECTORS"],
            &[row(["check", "Prometheus\nServo"]), row(["describe", "Wait"])],
        );
        assert_eq!(table, "EVENT     CONNECTORS\ncheck     Prometheus\n          Servo\ndescribe  Wait");
    }

    #[test]
    fn numbers_are_aligned_right() {
        let table = render(["METRIC", "VALUE"], &[row(["a", "1.5"]), row(["b", "120.25"])]);
        assert_eq!(table, "METRIC      VALUE\na             1.5\nb          120.25");
    }

    #[test]
    fn a_column_without_anything_is_none_of_numbers() {
        let table = render(["STATUS", "ERRORS"], &[row(["√ PASSED", ""])]);
        assert_eq!(table, "STATUS    ERRORS\n√ PASSED");
    }
}
