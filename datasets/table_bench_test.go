package datasets

import (
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/uncompressed"

	"github.com/etappe/etappe/datasets/columnar"
)

const benchRows = 200_000

// benchColumns are ids and 30 columns of numbers of all sizes, some missing
// unless they are whole.
func benchColumns(whole bool) []columnar.Column {
	random := rand.New(rand.NewPCG(2, 3))
	columns := []columnar.Column{{Name: "id", Whole: true}}
	for i := range benchRows {
		columns[0].Strings = append(columns[0].Strings, fmt.Sprintf("account-%07d", i))
	}
	for j := range 30 {
		c := columnar.Column{Name: fmt.Sprintf("x%d", j), Numbers: make([]float64, benchRows), Whole: whole}
		for i := range c.Numbers {
			x := random.NormFloat64()
			switch j % 3 {
			case 1:
				x = math.Floor(math.Exp(2 + x))
			case 2:
				x = math.Round(100*math.Exp(3+x)) / 100
			}
			if c.Numbers[i] = x; !whole && random.IntN(300) == 0 {
				c.Numbers[i] = math.NaN()
			}
		}
		columns = append(columns, c)
	}
	return columns
}

// reportRows describes how many rows a second of processor time do and floor come to,
// each at its best of a few runs.
func reportRows(b *testing.B, do, floor func() error) {
	b.ReportAllocs()
	best := map[string]float64{}
	run := func(unit string, do func() error) {
		before := cpuTime()
		if err := do(); err != nil {
			b.Fatal(err)
		}
		best[unit] = max(best[unit], benchRows/(cpuTime()-before).Seconds())
	}
	for b.Loop() {
		run("rows/cpu-s", do)
	}
	b.StopTimer()
	for range 5 {
		run("floor/cpu-s", floor)
	}
	for unit, rows := range best {
		b.ReportMetric(rows, unit)
	}
}

// BenchmarkReadTable reads a feature table of ids and 30 numbers. floor is the
// library alone: every page fetched and decompressed, no value looked at.
func BenchmarkReadTable(b *testing.B) {
	columns := benchColumns(false)
	o := TableOptions{ID: "id"}
	for _, c := range columns[1:] {
		o.Numeric = append(o.Numeric, c.Name)
	}
	path := filepath.Join(b.TempDir(), "x.parquet")
	if err := columnar.Write(path, columns); err != nil {
		b.Fatal(err)
	}
	reportRows(b, func() error {
		_, err := ReadTable(b.Context(), path, o)
		return err
	}, func() error { return fetchPages(path) })
}

func fetchPages(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	opened, err := parquet.OpenFile(file, info.Size(), parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return err
	}
	for _, group := range opened.RowGroups() {
		for _, chunk := range group.ColumnChunks() {
			pages := chunk.Pages()
			for err == nil {
				var page parquet.Page
				if page, err = pages.ReadPage(); err == nil {
					parquet.Release(page)
				}
			}
			if pages.Close(); !errors.Is(err, io.EOF) {
				return err
			}
			err = nil
		}
	}
	return nil
}

// BenchmarkWriteColumns writes ids and 30 whole columns of numbers. floor is the
// library alone: ready values, no null, nothing compressed.
func BenchmarkWriteColumns(b *testing.B) {
	columns := benchColumns(true)
	path := filepath.Join(b.TempDir(), "x.parquet")
	values := make([]parquet.Value, benchRows)
	for i, x := range columns[1].Numbers {
		values[i] = parquet.DoubleValue(x)
	}
	reportRows(b, func() error { return columnar.Write(path, columns) }, func() error {
		file, err := os.Create(path)
		if err != nil {
			return err
		}
		defer file.Close()
		root := parquet.Group{}
		for _, c := range columns {
			root[c.Name] = parquet.Leaf(parquet.DoubleType)
		}
		w := parquet.NewGenericWriter[any](file, parquet.NewSchema("floor", root), parquet.Compression(&uncompressed.Codec{}))
		for _, column := range w.ColumnWriters() {
			for from := 0; from < benchRows; from += 1024 {
				if _, err := column.WriteRowValues(values[from:min(from+1024, benchRows)]); err != nil {
					return err
				}
			}
		}
		return w.Close()
	})
}
