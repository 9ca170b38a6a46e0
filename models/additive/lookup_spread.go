package additive

import "math"

// bagDeviations is how far each bag's tables are from their mean, for intervals:
// whole numbers of a common unit, two bags to a word, the bags of a cell side by
// side. Adding words adds both bags at once, exactly and in any order:
//
//	word = bag_0 + 2³²·bag_1,  |Σ bag| < 2³¹
//
// The unit is the smallest power of two with which no sum can overflow. What is
// rounded off, half a unit per term, is some 10⁻⁸ of a half-width.
type bagDeviations struct {
	words int       // of a cell: half the bags, rounded up
	unit  float64   // log-odds of 1
	base  [][]int64 // [cluster][word] of the intercepts
	terms [][]int64 // [term][cell·words + word], cells as in the term's table
	// bias holds the squares of what smoothing took, over the square of what a
	// unit of squares is worth; nil: a table without an estimate. [table][bin]
	bias []*[MaxBins]float64
}

func newBagDeviations(m *Model, tables []scoringTable) bagDeviations {
	s := bagDeviations{words: (len(m.intercepts) + 1) / 2}
	s.unit = unitOf(m)
	for k := range m.scored {
		p := &m.scored[k]
		bags := make([]float64, len(m.intercepts))
		for b := range bags {
			bags[b] = m.intercepts[b] + p.Info.Lambda*p.Intercepts[b]
		}
		words := make([]int64, s.words)
		s.pack(bags, m.base[k], words)
		s.base = append(s.base, words)
	}
	for t := range tables {
		s.terms = append(s.terms, s.table(m, t, &tables[t]))
		s.bias = append(s.bias, s.biasOf(m, &m.tables[t]))
	}
	return s
}

// biasOf returns a term's squared bias in the unit of squares: what the bags'
// squares are times (P−1)/B·unit² in log-odds.
func (s *bagDeviations) biasOf(m *Model, t *Table) *[MaxBins]float64 {
	bias := m.bias(t, m.errors(t))
	if bias == nil {
		return nil
	}
	scale := m.jackknife() * s.unit
	if scale == 0 { // one bag: no spread, and no interval
		return nil
	}
	var out [MaxBins]float64
	for c, b := range bias {
		out[c] = b / scale * (b / scale)
	}
	return &out
}

// addBias adds term t's squared bias to each row's.
func (s *bagDeviations) addBias(t int, codes []uint8, square []float64) {
	if bias := s.bias[t]; bias != nil {
		codes = codes[:len(square)]
		for i, c := range codes {
			square[i] += bias[c]
		}
	}
}

// table packs term t for all clusters, cell by cell as in its table.
func (s *bagDeviations) table(m *Model, t int, to *scoringTable) []int64 {
	out := make([]int64, len(to.effect)*s.words)
	bags := make([]float64, len(m.intercepts))
	done := map[int32]bool{}
	for k, start := range to.start {
		if done[start] {
			continue
		}
		done[start] = true
		own, lambda := m.scored[k].find(t), m.scored[k].Info.Lambda
		for c, effect := range m.effects[k][t] {
			for b := range bags {
				bags[b] = m.tables[t].Bags[b][c]
				if own != nil && lambda != 0 {
					bags[b] += lambda * own.Bags[b][c]
				}
			}
			at := (int(start) + c) * s.words
			s.pack(bags, effect, out[at:at+s.words])
		}
	}
	return out
}

// pack writes the bags' distances from their mean.
func (s *bagDeviations) pack(bags []float64, mean float64, words []int64) {
	for b, v := range bags {
		words[b/2] += int64(math.Round((v-mean)/s.unit)) << (b % 2 * 32)
	}
}

// unitOf returns the unit: 2³⁰ of it are more than all terms together can be
// away from their means.
func unitOf(m *Model) float64 {
	furthest := 0.0
	for k := range m.scored {
		p := &m.scored[k]
		far := 0.0
		for b := range m.intercepts {
			far = math.Max(far, math.Abs(m.intercepts[b]+p.Info.Lambda*p.Intercepts[b]-m.base[k]))
		}
		for t := range m.tables {
			far += m.tables[t].maxDeviation()
			if own := p.find(t); own != nil {
				far += p.Info.Lambda * own.maxDeviation()
			}
		}
		furthest = math.Max(furthest, far+m.residual.maxDeviation())
	}
	if furthest == 0 {
		return 1
	}
	_, exponent := math.Frexp(furthest)
	return math.Ldexp(1, exponent-30)
}

// maxDeviation returns the largest distance of a bag's cell from the mean.
func (t *Table) maxDeviation() float64 {
	far := 0.0
	for _, bag := range t.Bags {
		for c, v := range bag {
			far = math.Max(far, math.Abs(v-t.Mean[c]))
		}
	}
	return far
}

// begin writes the intercepts' words.
func (s *bagDeviations) begin(cluster []int32, bags []int64) {
	for i, k := range cluster {
		copy(bags[i*s.words:(i+1)*s.words], s.base[k])
	}
}

// tablesAtOnce is how many terms' words are added in one pass over the rows.
const tablesAtOnce = 4

// addAll adds the words of the terms from t on, whose cells are given, to those
// of each row.
func (s *bagDeviations) addAll(t int, cells [][block]int32, bags []int64) {
	if len(cells) == tablesAtOnce && s.words == 4 { // eight bags, as by default
		s.addFour(s.terms[t:t+tablesAtOnce], cells, bags)
		return
	}
	for i := range cells {
		s.add(s.terms[t+i], cells[i][:], bags)
	}
}

// addFour adds four terms' words, four to a cell: each row's words are fetched
// and put back once.
func (s *bagDeviations) addFour(terms [][]int64, cells [][block]int32, bags []int64) {
	a, b, c, d := terms[0], terms[1], terms[2], terms[3]
	n := len(bags) / 4
	atA, atB, atC, atD := cells[0][:n], cells[1][:n], cells[2][:n], cells[3][:n]
	for i := range atA {
		to := (*[4]int64)(bags[4*i:])
		fromA, fromB := (*[4]int64)(a[4*int(atA[i]):]), (*[4]int64)(b[4*int(atB[i]):])
		fromC, fromD := (*[4]int64)(c[4*int(atC[i]):]), (*[4]int64)(d[4*int(atD[i]):])
		to[0] += fromA[0] + fromB[0] + fromC[0] + fromD[0]
		to[1] += fromA[1] + fromB[1] + fromC[1] + fromD[1]
		to[2] += fromA[2] + fromB[2] + fromC[2] + fromD[2]
		to[3] += fromA[3] + fromB[3] + fromC[3] + fromD[3]
	}
}

// add adds one term's words.
func (s *bagDeviations) add(table []int64, cell []int32, bags []int64) {
	words := s.words
	for i := range len(bags) / words {
		c := int(cell[i])
		from, to := table[c*words:(c+1)*words], bags[i*words:(i+1)*words]
		for w, v := range from {
			to[w] += v
		}
	}
}

// squares returns the sum of the squares of a row's bags, in units.
func (s *bagDeviations) squares(bags []int64, row int) float64 {
	sum := 0.0
	for _, word := range bags[row*s.words : (row+1)*s.words] {
		low := int64(int32(word))
		high := (word - low) >> 32
		sum += float64(low)*float64(low) + float64(high)*float64(high)
	}
	return sum
}
