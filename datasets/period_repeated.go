package datasets

import (
	"context"
	"fmt"
	"strings"

	"github.com/etappe/etappe/datasets/columnar"
)

// dropRepeated drops rows that stand twice in a file, identical in every
// column, and notes how many. Periods that are alike in the mapped columns
// alone stay: they may be two products.
func (r *periodReader) dropRepeated() error {
	alike := r.alike()
	for file, rows := range alike {
		if err := rowTexts(r.ctx, r.files[file], &r.source.File, rows); err != nil {
			return err
		}
	}
	seen := map[string]bool{}
	kept, dropped := 0, 0
	for i, p := range r.periods {
		if text := alike[r.origins[i].file][r.origins[i].row]; text != "" {
			if seen[text] {
				dropped++
				continue
			}
			seen[text] = true
		}
		r.periods[kept], r.origins[kept] = p, r.origins[i]
		kept++
	}
	r.periods, r.origins = r.periods[:kept], r.origins[:kept]
	if dropped > 0 {
		r.warnings[warnRepeated] += dropped
		r.notes = append(r.notes, fmt.Sprintf("%d identical rows of periods count once", dropped))
	}
	return nil
}

// alike returns, by file, the rows of periods that another one equals in all
// mapped columns.
func (r *periodReader) alike() map[int]map[int64]string {
	type twin struct {
		period
		known bool // amounts that are not known are equal
	}
	key := func(p period) twin {
		k := twin{p, p.arr == p.arr}
		if !k.known {
			k.arr = 0
		}
		return k
	}
	count := map[twin]int{}
	for _, p := range r.periods {
		count[key(p)]++
	}
	rows := map[int]map[int64]string{}
	for i, p := range r.periods {
		if count[key(p)] < 2 {
			continue
		}
		file := r.origins[i].file
		if rows[file] == nil {
			rows[file] = map[int64]string{}
		}
		rows[file][r.origins[i].row] = ""
	}
	return rows
}

// rowTexts fills in the whole text of the rows that are named.
func rowTexts(ctx context.Context, path string, f *File, rows map[int64]string) error {
	in, err := columnar.OpenLayout(path, columnar.Layout{Delimiter: f.Delimiter, Columns: f.Columns})
	if err != nil {
		return err
	}
	defer in.Close()
	return columnar.Each(ctx, in, func(b *columnar.Block) error {
		for i := range b.Rows {
			if _, wanted := rows[b.Number(i)]; !wanted {
				continue
			}
			var text strings.Builder
			for v := range b.Vectors {
				fmt.Fprintf(&text, "%q,", b.Vectors[v].Text(i))
			}
			rows[b.Number(i)] = text.String()
		}
		return nil
	})
}
