package additive

// addLogOdds adds the values of all tables to the rows' log-odds, where
// nothing else is requested: a few tables in one pass, so that a sum is read
// and written once for them all. A row's tables are added in their order, one
// by one, so the sum equals that of the other passes to the bit.
func (l *lookup) addLogOdds(r *workspace, z []float64) {
	for t := 0; t < len(l.tables); {
		switch term := &l.tables[t]; {
		case l.plainAt(t, 4):
			addEffectsFour(l.tables[t:t+4], r.codes, z)
			t += 4
			continue
		case term.plain != nil:
			term.addEffectsPlain(r.codes[term.fields[0]], z)
		case term.shared && len(term.fields) == 2:
			term.addEffectsPair(r.codes, z)
		default:
			cell := r.cells[0][:len(z)]
			term.findCells(r.codes, r.cluster[:len(z)], cell)
			term.addEffects(cell, z)
		}
		t++
	}
}

// plainAt reports whether the n tables from t on are main effects that all
// clusters share.
func (l *lookup) plainAt(t, n int) bool {
	if t+n > len(l.tables) {
		return false
	}
	for _, term := range l.tables[t : t+n] {
		if term.plain == nil {
			return false
		}
	}
	return true
}

// addEffectsFour is sumPlain for four terms.
func addEffectsFour(terms []scoringTable, codes [][]uint8, z []float64) {
	n := len(z)
	a, b, c, d := &terms[0], &terms[1], &terms[2], &terms[3]
	effectA, effectB, effectC, effectD := a.plain[:], b.plain[:], c.plain[:], d.plain[:]
	codeA, codeB := codes[a.fields[0]][:n], codes[b.fields[0]][:n]
	codeC, codeD := codes[c.fields[0]][:n], codes[d.fields[0]][:n]
	for i, x := range z {
		x += effectA[codeA[i]]
		x += effectB[codeB[i]]
		x += effectC[codeC[i]]
		x += effectD[codeD[i]]
		z[i] = x
	}
}

// addEffectsPair is cellsOfSet and sum in one, for a set of two fields that all
// clusters share.
func (t *scoringTable) addEffectsPair(codes [][]uint8, z []float64) {
	effect := t.effect
	of0, code0 := t.offset[0][:], codes[t.fields[0]][:len(z)]
	of1, code1 := t.offset[1][:], codes[t.fields[1]][:len(z)]
	for i := range z {
		z[i] += effect[uint32(of0[code0[i]]+of1[code1[i]])]
	}
}

// findCells writes the rows' cells.
func (t *scoringTable) findCells(codes [][]uint8, cluster, cell []int32) {
	if t.offset == nil {
		t.cellsOfMain(codes[t.fields[0]], cluster, cell)
		return
	}
	t.cellsOfSet(codes, cluster, cell)
}
