package additive

// scoringTable is one term prepared for scoring. The tables of all clusters lie one
// behind the other, the shared one first; a cluster without its own reads that.
//
//	cell(row) = start[cluster] + Σ_i offset_i[bin of field i]
type scoringTable struct {
	fields      []int
	offset      [][MaxBins]int32  // [field of the term][bin]; nil: a main effect, whose cell is its bin
	start       []int32           // [cluster]
	effect      []float64         // [cell] f + λ_k·d_k
	centre      []float64         // [cluster] what contributions are measured from
	part        float64           // 1 over the number of fields
	writesFirst bool              // a main effect that is the first to write its field's share
	shared      bool              // all clusters read the same table
	plain       *[MaxBins]float64 // effect, where it is a shared main effect
}

func newScoringTable(m *Model, t int) scoringTable {
	term := &m.tables[t]
	out := scoringTable{fields: term.Fields, part: 1 / float64(len(term.Fields))}
	cells := MaxBins
	if term.Merges != nil {
		cells = Cells(term.Merges)
		out.offset = offsets(term.Merges)
	}
	out.effect = append(out.effect, padded(term.Mean, cells)...)
	for k := range m.scored {
		start := 0
		if effect := m.effects[k][t]; &effect[0] != &term.Mean[0] {
			start = len(out.effect)
			out.effect = append(out.effect, padded(effect, cells)...)
		}
		out.start = append(out.start, int32(start))
		out.centre = append(out.centre, m.scored[k].centre[t])
	}
	out.shared = len(out.effect) == cells
	if term.Merges == nil && out.shared {
		out.plain = (*[MaxBins]float64)(out.effect)
	}
	return out
}

// offsets returns how far each field's bins move in a table.
func offsets(joints []MergedBins) [][MaxBins]int32 {
	out := make([][MaxBins]int32, len(joints))
	stride := 1
	for i := len(joints) - 1; i >= 0; i-- {
		for b, to := range joints[i].Bin {
			out[i][b] = int32(int(to) * stride)
		}
		stride *= joints[i].Bins
	}
	return out
}

// padded returns the values and zeros behind them.
func padded(values []float64, n int) []float64 {
	out := make([]float64, n)
	copy(out, values)
	return out
}

// addEffectsPlain adds a main effect that all clusters share.
func (t *scoringTable) addEffectsPlain(codes []uint8, z []float64) {
	effect := t.plain
	codes = codes[:len(z)]
	for i, c := range codes {
		z[i] += effect[c]
	}
}

func (t *scoringTable) cellsOfMain(codes []uint8, cluster, cell []int32) {
	codes, cluster = codes[:len(cell)], cluster[:len(cell)]
	for i, c := range codes {
		cell[i] = t.start[cluster[i]] + int32(c)
	}
}

func (t *scoringTable) cellsOfSet(codes [][]uint8, cluster, cell []int32) {
	n := len(cell)
	of0, code0 := &t.offset[0], codes[t.fields[0]][:n]
	of1, code1 := &t.offset[1], codes[t.fields[1]][:n]
	if len(t.fields) == 2 {
		for i := range cell {
			cell[i] = of0[code0[i]] + of1[code1[i]]
		}
	} else {
		of2, code2 := &t.offset[2], codes[t.fields[2]][:n]
		for i := range cell {
			cell[i] = of0[code0[i]] + of1[code1[i]] + of2[code2[i]]
		}
	}
	if t.shared {
		return
	}
	for i, k := range cluster[:n] {
		cell[i] += t.start[k]
	}
}

// addEffects adds the term's effects.
func (t *scoringTable) addEffects(cell []int32, z []float64) {
	z = z[:len(cell)]
	effect := t.effect
	for i, c := range cell {
		z[i] += effect[c]
	}
}

// addSharesPlain is sumPlain and split in one, for a main effect that all clusters
// share.
func (t *scoringTable) addSharesPlain(codes []uint8, cluster []int32, z, share []float64) {
	effect, centre := t.plain, t.centre
	codes, cluster, share = codes[:len(z)], cluster[:len(z)], share[:len(z)]
	if !t.writesFirst {
		for i, c := range codes {
			z[i] += effect[c]
			share[i] += effect[c] - centre[cluster[i]]
		}
		return
	}
	if len(centre) == 1 {
		middle := centre[0]
		for i, c := range codes {
			e := effect[c]
			z[i] += e
			share[i] = e - middle
		}
		return
	}
	for i, c := range codes {
		e := effect[c]
		z[i] += e
		share[i] = e - centre[cluster[i]]
	}
}

// addShares adds the term's effects, and their equal parts to its fields' shares.
func (t *scoringTable) addShares(cell []int32, r *workspace, z []float64, first int, shares [][]float64) {
	n := len(z)
	effect, centre, part := t.effect, t.centre, t.part
	cluster, over := r.cluster[:n], r.share[:n]
	for i, c := range cell {
		e := effect[c]
		z[i] += e
		over[i] = (e - centre[cluster[i]]) * part
	}
	for _, j := range t.fields {
		share := shares[j][first : first+n]
		if t.writesFirst {
			copy(share, over)
			continue
		}
		for i, s := range over {
			share[i] += s
		}
	}
}
