package columnar

import (
	"fmt"
	"io"
	"reflect"
	"slices"
	"time"

	"github.com/klauspost/compress/s2"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/snappy"
	"github.com/parquet-go/parquet-go/compress/zstd"
)

// rowGroupRows bounds what a reader (and this writer) must hold at once.
const rowGroupRows = 1 << 20

// dictionaryBytes is how large a column's dictionary may grow: texts that hardly
// come twice, such as ids, are then written plainly, which is quicker to write and
// to read.
const dictionaryBytes = 1 << 20

// valuesAtOnce is how many rows of a column become Parquet values, which are
// three times as large, before they are written: so many stay near the processor.
const valuesAtOnce = 1024

// parquetWriter writes blocks column by column: a column optional unless it is
// whole, so that a missing value is a null and 0 stays 0; texts that come again
// dictionary-encoded; times as TIMESTAMP(ms, UTC).
type parquetWriter struct {
	out     *parquet.GenericWriter[any]
	columns []*parquet.ColumnWriter
	values  []parquet.Value // used again from block to block
	text    []byte
	rows    int // in the open row group
}

// orderedGroup is a schema root that keeps its columns in the given order,
// where parquet.Group sorts them by name.
type orderedGroup struct {
	parquet.Group
	fields []parquet.Field
}

type orderedField struct {
	parquet.Node
	name string
}

// Name returns the column's name.
func (f orderedField) Name() string { return f.name }

// Value is never called: rows are written through the column writers.
func (f orderedField) Value(reflect.Value) reflect.Value { return reflect.Value{} }

// Fields returns the columns in the order given, where a parquet.Group sorts them.
func (g orderedGroup) Fields() []parquet.Field { return g.fields }

// newParquetWriter takes the columns' names and kinds from the first block, or
// from the whole table.
func newParquetWriter(out io.Writer, columns []Column) *parquetWriter {
	root := orderedGroup{Group: parquet.Group{}}
	for i := range columns {
		node := parquetLeaf(&columns[i])
		if !columns[i].Whole {
			node = parquet.Optional(node)
		}
		root.Group[columns[i].Name] = node
		root.fields = append(root.fields, orderedField{node, columns[i].Name})
	}
	w := parquet.NewGenericWriter[any](out,
		parquet.NewSchema("table", root),
		parquet.DictionaryMaxBytes(dictionaryBytes),
		parquet.DataPageStatistics(false), // a page's least and greatest stand in the column index
		parquet.Compression(&zstd.Codec{Level: zstd.SpeedFastest}))
	return &parquetWriter{out: w, columns: w.ColumnWriters()}
}

// parquetLeaf is a column's type, and how it is compressed where not with ZSTD:
// numbers and texts that hardly come twice are little larger with Snappy, and
// written and read in half the time.
func parquetLeaf(c *Column) parquet.Node {
	switch {
	case c.Strings != nil && repeat(c.Strings):
		return parquet.Encoded(parquet.String(), &parquet.RLEDictionary)
	case c.Strings != nil:
		return parquet.Compressed(parquet.String(), &quickSnappy{})
	case c.Times != nil && c.Days:
		return parquet.Date()
	case c.Times != nil:
		return parquet.Timestamp(parquet.Millisecond)
	}
	return parquet.Compressed(parquet.Leaf(parquet.DoubleType), &quickSnappy{})
}

// quickSnappy writes Snappy in half the time of the library's, which looks
// harder for what comes again.
type quickSnappy struct{ snappy.Codec }

// Encode compresses src into the memory of dst where it fits.
func (*quickSnappy) Encode(dst, src []byte) ([]byte, error) {
	return s2.EncodeSnappy(dst[:cap(dst)], src), nil
}

// repeat reports by the first texts whether a dictionary saves anything:
// one of ids would only be filled to be given up.
func repeat(texts []string) bool {
	first := texts[:min(len(texts), valuesAtOnce)]
	different := make(map[string]struct{}, len(first))
	for _, s := range first {
		different[s] = struct{}{}
	}
	return 2*len(different) <= len(first) || len(first) < valuesAtOnce
}

func (w *parquetWriter) write(block []Column) error {
	for i := range block {
		for from := 0; from < block[i].Len(); from += valuesAtOnce {
			part := block[i].slice(from, min(from+valuesAtOnce, block[i].Len()))
			if err := w.fill(&part, i); err != nil {
				return err
			}
			if _, err := w.columns[i].WriteRowValues(w.values); err != nil {
				return err
			}
		}
	}
	w.rows += block[0].Len()
	if w.rows < rowGroupRows {
		return nil
	}
	w.rows = 0
	return w.out.Flush()
}

// fill turns a column into Parquet values: definition level 1 for a value, 0
// for a null. Those of a whole column have no levels.
func (w *parquetWriter) fill(c *Column, index int) error {
	w.values, w.text = slices.Grow(w.values[:0], c.Len())[:c.Len()], w.text[:0]
	missing := -1
	switch {
	case c.Strings != nil:
		missing = w.fillTexts(c.Strings)
	case c.Numbers != nil:
		missing = w.fillNumbers(c.Numbers)
	case c.Days:
		missing = w.fillDays(c.Times)
	default:
		missing = w.fillTimes(c.Times)
	}
	if c.Whole {
		if missing >= 0 {
			return fmt.Errorf("column %q is said to be whole and lacks a value", c.Name)
		}
		return nil
	}
	null := parquet.NullValue().Level(0, 0, index)
	for row := range w.values {
		if missing >= 0 && c.isMissing(row) {
			w.values[row] = null
		} else {
			w.values[row] = w.values[row].Level(0, 1, index)
		}
	}
	return nil
}

// fillTexts returns the last missing row, or −1; so do the others.
func (w *parquetWriter) fillTexts(texts []string) int {
	missing := -1
	for row, s := range texts {
		if s == "" {
			missing = row
		}
		// One growing buffer instead of one copy per row; when it moves,
		// earlier values keep the old memory alive.
		from := len(w.text)
		w.text = append(w.text, s...)
		w.values[row] = parquet.ByteArrayValue(w.text[from:])
	}
	return missing
}

func (w *parquetWriter) fillNumbers(numbers []float64) int {
	missing, values := -1, w.values[:len(numbers)]
	for row, x := range numbers {
		if x != x {
			missing = row
		}
		values[row] = parquet.DoubleValue(x)
	}
	return missing
}

func (w *parquetWriter) fillDays(times []time.Time) int {
	const day = 24 * 60 * 60 // seconds
	missing := -1
	for row, t := range times {
		if t.IsZero() {
			missing = row
		}
		seconds := t.Unix()
		w.values[row] = parquet.Int32Value(int32((seconds - (seconds%day+day)%day) / day))
	}
	return missing
}

func (w *parquetWriter) fillTimes(times []time.Time) int {
	missing := -1
	for row, t := range times {
		if t.IsZero() {
			missing = row
		}
		w.values[row] = parquet.Int64Value(t.UnixMilli())
	}
	return missing
}

func (w *parquetWriter) close() error { return w.out.Close() }
