package additive

// Table is one table of the model over one to three fields, in row order (the
// last field runs fastest). A main effect has its field's bins, a set merges
// them to fewer.
type Table struct {
	Fields []int
	Merges []MergedBins // [field of the term]; nil: a main effect
	Weight []float64    // [cell] training weight
	Bags   [][]float64  // [bag][cell]
	Mean   []float64    // [cell] mean of the bags
}

// MergedBins merges the bins of a field into those of a table.
type MergedBins struct {
	Bin  []uint8 // [bin of the axis] bin of the table
	Bins int
}

// Cells returns the number of cells of a table over merged bins.
func Cells(joints []MergedBins) int {
	n := 1
	for _, j := range joints {
		n *= j.Bins
	}
	return n
}

// Cell returns the cell of a row: codes[field][row].
func (t *Table) Cell(codes [][]uint8, row int) int {
	if t.Merges == nil {
		return int(codes[t.Fields[0]][row])
	}
	at := 0
	for i, j := range t.Fields {
		at = at*t.Merges[i].Bins + int(t.Merges[i].Bin[codes[j][row]])
	}
	return at
}

// SetMean sets Mean to the mean of the bags. Every operation keeps the order
// of monotone cells: rounding is monotone too.
func (t *Table) SetMean() {
	t.Mean = make([]float64, len(t.Bags[0]))
	for _, bag := range t.Bags {
		for c, v := range bag {
			t.Mean[c] += v
		}
	}
	for c := range t.Mean {
		t.Mean[c] /= float64(len(t.Bags))
	}
}

// Empty reports whether the table is 0 everywhere, in every bag.
func (t *Table) Empty() bool {
	for _, bag := range t.Bags {
		for _, v := range bag {
			if v != 0 {
				return false
			}
		}
	}
	return true
}

// WeightedMean returns Σ weight·value / Σ weight; 0 where the weights add up
// to 0.
func WeightedMean(values, mass []float64) float64 {
	var sum, total float64
	for c, m := range mass {
		sum += m * values[c]
		total += m
	}
	if total == 0 {
		return 0
	}
	return sum / total
}
