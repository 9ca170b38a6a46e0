package terminal

import (
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	words "github.com/etappe/etappe/serve/text"
)

// Table is a plain table with a header: no borders, columns to the left.
type Table struct {
	rows    table.Writer
	columns int
}

// NewTable returns a table with a header and no rows.
func NewTable(header ...any) *Table {
	t := &Table{table.NewWriter(), len(header)}
	style := table.StyleLight
	style.Options = table.OptionsNoBordersAndSeparators
	style.Options.SeparateHeader = true
	style.Format.Header = text.FormatDefault
	t.rows.SetStyle(style)
	t.rows.SuppressTrailingSpaces()
	t.rows.AppendHeader(table.Row(header))
	return t
}

// Right aligns the columns from..to, counted from 1, to the right and returns t; to 0
// is the last.
func (t *Table) Right(from, to int) *Table {
	if to == 0 {
		to = t.columns
	}
	var c []table.ColumnConfig
	for i := from; i <= to; i++ {
		c = append(c, table.ColumnConfig{Number: i, Align: text.AlignRight, AlignHeader: text.AlignRight})
	}
	t.rows.SetColumnConfigs(c)
	return t
}

// Row adds a row.
func (t *Table) Row(cells ...any) { t.rows.AppendRow(cells) }

// Separate draws a line below the last row.
func (t *Table) Separate() { t.rows.AppendSeparator() }

// String is the table without a line break at its end.
func (t *Table) String() string { return t.rows.Render() }

// Write writes the table and a line break.
func (t *Table) Write(w io.Writer) error {
	_, err := fmt.Fprintln(w, t)
	return err
}

// Unknown stands in a table where a number could not be computed.
const Unknown = "-"

// Number writes a number with so many decimals; Unknown where it is not finite.
func Number(v float64, decimals int) string {
	if !words.Finite(v) {
		return Unknown
	}
	return fmt.Sprintf("%.*f", decimals, v)
}

// Signed writes a number with its sign; what rounds to zero has none.
func Signed(v float64, decimals int) string {
	text := fmt.Sprintf("%+.*f", decimals, v)
	if strings.Trim(text, "+-0.") == "" {
		return text[1:]
	}
	return text
}

// bar is a bar of at most so many letters for a share of the most.
func bar(value, most float64, letters int) string {
	return strings.Repeat("█", int(float64(letters)*value/most))
}
