package columnar

import (
	"bufio"
	"encoding/csv"
	"io"
	"time"

	"github.com/klauspost/compress/gzip"
)

// csvWriter writes blocks as comma-separated values with a header. Times are
// written as RFC 3339 in UTC; a column's midnights as plain dates.
type csvWriter struct {
	out    *bufio.Writer
	zip    *gzip.Writer // nil: not compressed
	rows   *csv.Writer
	record []string
}

func newCSVWriter(out io.Writer, zip bool, columns []Column) (*csvWriter, error) {
	w := &csvWriter{record: make([]string, len(columns))}
	if zip {
		w.zip = gzip.NewWriter(out)
		out = w.zip
	}
	w.out = bufio.NewWriterSize(out, 1<<16)
	w.rows = csv.NewWriter(w.out)
	for i := range columns {
		w.record[i] = columns[i].Name
	}
	return w, w.rows.Write(w.record)
}

func (w *csvWriter) write(block []Column) error {
	for row := range block[0].Len() {
		for i := range block {
			w.record[i] = csvCell(&block[i], row)
		}
		if err := w.writeRecord(); err != nil {
			return err
		}
	}
	return nil
}

// writeRecord works around encoding/csv, which writes a lone missing cell as an
// empty line, and readers skip empty lines: the row would be lost.
func (w *csvWriter) writeRecord() error {
	if len(w.record) > 1 || w.record[0] != "" {
		return w.rows.Write(w.record)
	}
	w.rows.Flush()
	_, err := w.out.WriteString("\"\"\n")
	return err
}

func csvCell(c *Column, row int) string {
	switch {
	case c.isMissing(row):
		return ""
	case c.Strings != nil:
		return c.Strings[row]
	case c.Numbers != nil:
		return FormatFloat(c.Numbers[row])
	}
	t := c.Times[row].UTC()
	if t.Equal(t.Truncate(24 * time.Hour)) {
		return t.Format(time.DateOnly)
	}
	return t.Format("2006-01-02T15:04:05.999Z07:00")
}

func (w *csvWriter) close() error {
	w.rows.Flush()
	if err := w.rows.Error(); err != nil {
		return err
	}
	if err := w.out.Flush(); err != nil {
		return err
	}
	if w.zip != nil {
		return w.zip.Close()
	}
	return nil
}
