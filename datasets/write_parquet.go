package datasets

import (
	"io"
	"reflect"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"
)

// rowGroupRows bounds what a reader (and this writer) must hold at once.
const rowGroupRows = 1 << 20

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
		w.fill(&block[i], i)
		if _, err := w.columns[i].WriteRowValues(w.values); err != nil {
			return err
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
	w.values, w.text = w.values[:0], w.text[:0]
	for row := range c.Len() {
		if c.isMissing(row) {
			w.values = append(w.values, parquet.NullValue().Level(0, 0, index))
			continue
		}
		var v parquet.Value
		switch {
		case c.Strings != nil:
			// One growing buffer for the block instead of one copy per row;
			// when it moves, earlier values keep the old memory alive.
			from := len(w.text)
			w.text = append(w.text, c.Strings[row]...)
			v = parquet.ByteArrayValue(w.text[from:])
		case c.Numbers != nil:
			v = parquet.DoubleValue(c.Numbers[row])
		default:
			v = parquet.Int64Value(c.Times[row].UnixMilli())
		}
		w.values = append(w.values, v.Level(0, 1, index))
	}
}

func (w *parquetWriter) close() error { return w.out.Close() }
