package infer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/datasets/columnar"
	"github.com/etappe/etappe/datasets/internal/names"
)

// sampleRows is how many rows of a file are looked at.
const sampleRows = 1000

// fileProfile is what a file's header and first rows hold.
type fileProfile struct {
	path      string // file name, or the pattern that several alike files match
	delimiter string
	rows      int // looked at
	columns   []columnProfile
}

// columnProfile is what the first rows hold of a column.
type columnProfile struct {
	name     string
	known    int            // rows with a value
	numbers  int            // of these: numbers
	wholes   int            // of these: whole numbers, 0 or more
	distinct map[string]int // value to rows
	cells    []string       // by row; "": no value
	date     bool           // every value is a date, written as
	format   string         // this (Column.Format),
	others   []string       // or as one of these
}

// stem is the file's name without its folder and extensions.
func (f *fileProfile) stem() string {
	name, _, _ := strings.Cut(f.path, ".")
	return strings.ToLower(strings.Trim(name, "*-_"))
}

func (f *fileProfile) column(name string) *columnProfile {
	for i := range f.columns {
		if f.columns[i].name == name {
			return &f.columns[i]
		}
	}
	return nil
}

func (f *fileProfile) source() datasets.File {
	return datasets.File{Path: f.path, Delimiter: f.delimiter}
}

// unique reports whether every row has a value of its own.
func (c *columnProfile) unique() bool { return c.known > 0 && len(c.distinct) == c.known }

func (c *columnProfile) numeric() bool { return c.known > 0 && c.numbers == c.known }

func (c *columnProfile) text() bool { return c.known > 0 && c.numbers == 0 && !c.date }

// few reports whether the column's values come again and again, as a type does.
func (c *columnProfile) few() bool {
	return c.known > 0 && len(c.distinct) <= max(12, c.known/5)
}

// dataFile matches the files that a folder of exports holds.
var dataFile = regexp.MustCompile(`(?i)\.(csv|tsv)(\.gz)?$|\.(parquet|pq)$`)

// profileFolder looks at every table file of a folder, in the order of names.
// Files that differ only in the numbers of their names and have one header
// count as one. Files that cannot be read are left out and noted.
func profileFolder(ctx context.Context, dir string) (files []fileProfile, notes []string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, nil, err
	}
	for _, e := range entries {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		if strings.HasPrefix(e.Name(), ".") || strings.HasPrefix(e.Name(), "etappe.y") {
			continue
		}
		if e.IsDir() {
			notes = append(notes, fmt.Sprintf("not read: the folder %s (files are read from one folder; name others in file:)", e.Name()))
			continue
		}
		if !dataFile.MatchString(e.Name()) {
			notes = append(notes, fmt.Sprintf("not read: %s (its name ends in none of .csv, .tsv, .csv.gz and .parquet)", e.Name()))
			continue
		}
		f, err := profileFile(ctx, dir, e.Name())
		if err != nil {
			var broken *columnar.ContractError
			if !errors.As(err, &broken) {
				return nil, nil, err
			}
			notes = append(notes, "left out: "+broken.Problems[0].String())
			continue
		}
		files = append(files, f)
	}
	return mergeParts(files), notes, nil
}

var digits = regexp.MustCompile(`[0-9]+([-_][0-9]+)*`)

// mergeParts makes one profile of events-2023.csv and events-2024.csv.
func mergeParts(files []fileProfile) []fileProfile {
	var merged []fileProfile
	for _, f := range files {
		pattern := digits.ReplaceAllString(f.path, "*")
		at := slices.IndexFunc(merged, func(m fileProfile) bool {
			return pattern != f.path && digits.ReplaceAllString(m.path, "*") == pattern && sameHeader(&m, &f)
		})
		if at < 0 {
			merged = append(merged, f)
			continue
		}
		merged[at].path = pattern
	}
	return merged
}

func sameHeader(a, b *fileProfile) bool {
	return slices.EqualFunc(a.columns, b.columns, func(x, y columnProfile) bool { return x.name == y.name })
}

// profileFile reads the header and the first rows.
func profileFile(ctx context.Context, dir, name string) (fileProfile, error) {
	f := fileProfile{path: name}
	path := filepath.Join(dir, name)
	in, err := columnar.Open(path, "")
	if err != nil {
		return f, err
	}
	if header := in.Columns(); len(header) == 1 && !columnar.IsParquet(path) {
		for _, delimiter := range []string{";", "\t", "|"} {
			if strings.Contains(header[0], delimiter) {
				f.delimiter = delimiter
				in.Close()
				if in, err = columnar.Open(path, delimiter); err != nil {
					return f, err
				}
				break
			}
		}
	}
	defer in.Close()
	for _, column := range in.Columns() {
		f.columns = append(f.columns, columnProfile{name: column, distinct: map[string]int{}})
	}
	err = columnar.Each(ctx, in, func(b *columnar.Block) error {
		for i := 0; i < b.Rows && f.rows < sampleRows; i++ {
			f.rows++
			for j := range f.columns {
				f.columns[j].add(&b.Vectors[j], i)
			}
		}
		if f.rows == sampleRows {
			return io.EOF
		}
		return nil
	})
	if err != nil && err != io.EOF {
		return f, err
	}
	for j := range f.columns {
		f.columns[j].findDates()
	}
	return f, nil
}

// add takes one row's value.
func (c *columnProfile) add(v *columnar.Vector, i int) {
	s := strings.Clone(v.Text(i))
	c.cells = append(c.cells, s)
	if s == "" {
		return
	}
	c.known++
	c.distinct[s]++
	if v.Kind == columnar.Time {
		c.date = true
		return
	}
	if x, ok := v.Float(i); ok && v.Kind != columnar.Bool {
		c.numbers++
		if x >= 0 && x == float64(int64(x)) {
			c.wholes++
		}
	}
}

// findDates reports whether every value is a date written in one of the formats
// that are tried; the first that fits is taken and the others are kept.
func (c *columnProfile) findDates() {
	if c.date || c.known == 0 {
		return // Parquet has typed dates
	}
	formats := columnar.GuessedFormats
	if c.numeric() {
		if !names.Like(c.name, dateWords) {
			return
		}
		formats = []string{"%Y%m%d", "unix", "unix_ms"}
	}
	for _, format := range formats {
		reader, err := columnar.ParseDateFormat(format)
		if err != nil || !c.allDates(reader) {
			continue
		}
		if !c.date {
			c.date, c.format = true, format
		} else {
			c.others = append(c.others, format)
		}
	}
}

// dateAt reads the date of a row; false: it has none.
func (c *columnProfile) dateAt(row int) (time.Time, bool) {
	reader, err := columnar.ParseDateFormat(c.format)
	if err != nil || c.cells[row] == "" {
		return time.Time{}, false
	}
	us, ok := reader.Text(c.cells[row])
	return time.UnixMicro(us).UTC(), ok
}

func (c *columnProfile) allDates(reader *columnar.DateFormat) bool {
	latest := columnar.Earliest.AddDate(80, 0, 0).UnixMicro()
	for value := range c.distinct {
		us, ok := reader.Text(value)
		if !ok || us > latest || us < columnar.Earliest.AddDate(-90, 0, 0).UnixMicro() || (reader.Numeric && us < columnar.Earliest.UnixMicro()) {
			return false
		}
	}
	return true
}
