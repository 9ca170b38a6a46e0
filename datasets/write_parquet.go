package datasets

import (
	"io"
	"reflect"
	"slices"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"
)

// rowGroupRows bounds what a reader (and this writer) must hold at once.
const rowGroupRows = 1 << 20

// dictionaryBytes is how large a column's dictionary may grow: texts that hardly
// come twice, ids say, are then written plainly, which is quicker to write and
// to read.
const dictionaryBytes = 1 << 20

// valuesAtOnce is how many rows of a column become Parquet values, which are
// three times as large, before they are written: so many stay near the processor.
const valuesAtOnce = 4096

// parquetWriter writes blocks column by column: every column optional, so that
// a missing value is a null and 0 stays 0; texts dictionary-encoded; times as
// TIMESTAMP(ms, UTC).
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

func newParquetWriter(out io.Writer, columns []OutColumn) *parquetWriter {
	root := orderedGroup{Group: parquet.Group{}}
	for i := range columns {
		node := parquet.Optional(parquetLeaf(&columns[i]))
		root.Group[columns[i].Name] = node
		root.fields = append(root.fields, orderedField{node, columns[i].Name})
	}
	w := parquet.NewGenericWriter[any](out,
		parquet.NewSchema("table", root),
		parquet.DictionaryMaxBytes(dictionaryBytes),
		parquet.Compression(&zstd.Codec{Level: zstd.SpeedFastest}))
	return &parquetWriter{out: w, columns: w.ColumnWriters()}
}

func parquetLeaf(c *OutColumn) parquet.Node {
	switch {
	case c.Strings != nil:
		return parquet.Encoded(parquet.String(), &parquet.RLEDictionary)
	case c.Times != nil:
		return parquet.Timestamp(parquet.Millisecond)
	}
	return parquet.Leaf(parquet.DoubleType)
}

func (w *parquetWriter) write(block []OutColumn) error {
	for i := range block {
		for from := 0; from < block[i].Len(); from += valuesAtOnce {
			part := block[i].slice(from, min(from+valuesAtOnce, block[i].Len()))
			w.fill(&part, i)
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
// for a null.
func (w *parquetWriter) fill(c *OutColumn, index int) {
	w.values, w.text = slices.Grow(w.values[:0], c.Len())[:c.Len()], w.text[:0]
	values, null := w.values, parquet.NullValue().Level(0, 0, index)
	switch {
	case c.Strings != nil:
		for row, s := range c.Strings {
			if s == "" {
				values[row] = null
				continue
			}
			// One growing buffer instead of one copy per row; when it moves,
			// earlier values keep the old memory alive.
			from := len(w.text)
			w.text = append(w.text, s...)
			values[row] = parquet.ByteArrayValue(w.text[from:]).Level(0, 1, index)
		}
	case c.Numbers != nil:
		for row, x := range c.Numbers {
			if x != x {
				values[row] = null
				continue
			}
			values[row] = parquet.DoubleValue(x).Level(0, 1, index)
		}
	default:
		for row, t := range c.Times {
			if t.IsZero() {
				values[row] = null
				continue
			}
			values[row] = parquet.Int64Value(t.UnixMilli()).Level(0, 1, index)
		}
	}
}

func (w *parquetWriter) close() error { return w.out.Close() }
