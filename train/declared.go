package train

import (
	"maps"
	"slices"
	"strings"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/artifact"
)

// declared returns each row's outcome from an attribute of its account, or from
// a column of a feature table; "" is unknown.
func (d *Data) declared(column string) ([]string, error) {
	out := make([]string, len(d.Account))
	for n, a := range d.attributes {
		if a.Name != column || !a.Categorical {
			continue
		}
		for i, account := range d.Account {
			if v := d.holders[account].Attributes[n]; v.Known {
				out[i] = v.Text
			}
		}
		return out, nil
	}
	for j, f := range d.Frame.Fields {
		if d.fromEvents || f.Name != column || !f.Categorical() {
			continue
		}
		for i, code := range d.Frame.Columns[j] {
			if code >= 0 && code < float64(len(f.Levels)) {
				out[i] = f.Levels[int(code)]
			}
		}
		return out, nil
	}
	return nil, refuse("train.declared", "a column of names (%s), not %q", strings.Join(d.nameColumns(), ", "), column)
}

// nameColumns lists the columns that hold names.
func (d *Data) nameColumns() []string {
	var names []string
	for _, a := range d.attributes {
		if a.Categorical {
			names = append(names, a.Name)
		}
	}
	for _, f := range d.Frame.Fields {
		if !d.fromEvents && f.Categorical() {
			names = append(names, f.Name)
		}
	}
	return names
}

// compareDeclared counts declared outcomes against clusters, given by their ids; nil without a column.
func compareDeclared(d *Data, column string, assigned []int32, clusters []string) (*artifact.Declared, error) {
	if column == "" {
		return nil, nil
	}
	stated, err := d.declared(column)
	if err != nil {
		return nil, err
	}
	count := make(map[string][]int)
	out := &artifact.Declared{Column: column, Outcomes: []string{}, Clusters: clusters, Count: [][]int{}}
	for _, i := range d.lastRows() {
		if stated[i] == "" {
			out.Unknown++
			continue
		}
		if assigned[i] == models.NoCluster {
			continue
		}
		if count[stated[i]] == nil {
			count[stated[i]] = make([]int, len(clusters))
		}
		count[stated[i]][assigned[i]]++
		out.Accounts++
	}
	for _, name := range slices.Sorted(maps.Keys(count)) {
		out.Outcomes, out.Count = append(out.Outcomes, name), append(out.Count, count[name])
	}
	out.AdjustedRand = artifact.Figure(adjustedRand(out.Count))
	return out, nil
}

// adjustedRand returns the Rand index corrected for chance (Hubert and Arabie
// 1985, J Classif 2:193) of a table of counts:
//
//	( Σ_ij C(n_ij) − E ) / ( ½(A+B) − E )     A = Σ_i C(a_i), B = Σ_j C(b_j), E = A·B/C(n), C(x) = x(x−1)/2
//
// NaN where that is 0/0: both sides have one part, or every part one account.
func adjustedRand(table [][]int) float64 {
	pairs := func(n int) float64 { return float64(n) * float64(n-1) / 2 }
	var columns []int
	var cells, rows, total float64
	n := 0
	for _, row := range table {
		sum := 0
		columns = append(columns, make([]int, len(row)-len(columns))...)
		for j, c := range row {
			cells += pairs(c)
			columns[j] += c
			sum += c
		}
		rows += pairs(sum)
		n += sum
	}
	for _, c := range columns {
		total += pairs(c)
	}
	expected := rows * total / pairs(n)
	return (cells - expected) / ((rows+total)/2 - expected)
}
