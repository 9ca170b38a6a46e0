package additive

// term is one table of the model over one to three fields, in row order (the
// last field runs fastest). A main effect keeps its axis's bins, a set joins
// them to fewer.
type term struct {
	fields []int
	joints []joint     // [field of the term]; nil: a main effect
	mass   []float64   // [cell] training weight
	bags   [][]float64 // [bag][cell]
	table  []float64   // [cell] mean of the bags
}

// joint joins the bins of an axis to those of a table.
type joint struct {
	of   []uint8 // [bin of the axis] bin of the table
	bins int
}

// cellsOf returns how many cells a table over joints has.
func cellsOf(joints []joint) int {
	n := 1
	for _, j := range joints {
		n *= j.bins
	}
	return n
}

// cell returns the cell of a row: codes[field][row].
func (t *term) cell(codes [][]uint8, row int) int {
	if t.joints == nil {
		return int(codes[t.fields[0]][row])
	}
	at := 0
	for i, j := range t.fields {
		at = at*t.joints[i].bins + int(t.joints[i].of[codes[j][row]])
	}
	return at
}

// average sets the table to the mean of the bags. Every step keeps the order
// of monotone cells: rounding is monotone too.
func (t *term) average() {
	t.table = make([]float64, len(t.bags[0]))
	for _, bag := range t.bags {
		for c, v := range bag {
			t.table[c] += v
		}
	}
	for c := range t.table {
		t.table[c] /= float64(len(t.bags))
	}
}

// empty tells whether the table is 0 everywhere, in every bag.
func (t *term) empty() bool {
	for _, bag := range t.bags {
		for _, v := range bag {
			if v != 0 {
				return false
			}
		}
	}
	return true
}

// mean returns the sum of values, each times its share of the mass.
func mean(values, mass []float64) float64 {
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

// settle centres one bag's main effect under the mass and returns the mean
// that was taken out. Missing and levels that training never saw get the mean,
// so that they say nothing; a number between those seen keeps the value of its
// surroundings.
func (a *axis) settle(values, mass []float64) float64 {
	middle := mean(values, mass)
	for c := range values {
		if mass[c] == 0 && (c == missing || a.nominal()) {
			values[c] = 0
		} else {
			values[c] -= middle
		}
	}
	return middle
}
