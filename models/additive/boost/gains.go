package boost

import (
	"math"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
)

// orders fills in the gain of each order from out-of-fold log-odds: of the
// main effects alone, of all tables, and of the residual.
func (r *run) orders(m *additive.Parts, mains, tables []float64, deep *residualStack) error {
	alone := mains
	if p, err := models.FitPlatt(mains, r.churned, r.weight); err == nil {
		alone = applied(p, mains)
	}
	p, err := models.FitPlatt(tables, r.churned, r.weight)
	if err != nil {
		return err
	}
	// scale undoes what the terms of the model have been multiplied by.
	at, scale := applied(p, tables), 1.0
	if share := deep.tableWeight(); deep != nil && share > 0 && m.Calibration.Slope > 0 {
		scale = p.Slope / (m.Calibration.Slope * share)
	}
	m.Orders = []additive.Order{{Fields: 1, Terms: count(m, 1), LogLoss: r.meanLoss(alone)}}
	last := r.tableOrders(m, alone, at, scale)
	if deep == nil {
		return nil
	}
	all := applied(m.Calibration, deep.outOfFold)
	gain := r.gainOver(last, all)
	m.Orders = append(m.Orders, additive.Order{Fields: residualDepth, Terms: deep.trees(), LogLoss: r.meanLoss(all), Gain: gain.mean, GainSE: gain.se})
	return nil
}

// tableOrders adds the orders of pairs and triples and returns the log-odds of
// the last one.
func (r *run) tableOrders(m *additive.Parts, alone, all []float64, scale float64) []float64 {
	if count(m, 2)+count(m, 3) == 0 {
		return alone
	}
	from := alone
	for fields := 2; fields <= 3; fields++ {
		if count(m, fields) == 0 {
			continue
		}
		to := all
		if fields == 2 && count(m, 3) > 0 {
			to = r.without(m, all, 3, scale)
		}
		gain := r.gainOver(from, to)
		m.Orders = append(m.Orders, additive.Order{Fields: fields, Terms: count(m, fields), LogLoss: r.meanLoss(to), Gain: gain.mean, GainSE: gain.se})
		from = to
	}
	return all
}

// count returns the number of tables over exactly so many fields.
func count(m *additive.Parts, fields int) int {
	n := 0
	for t := range m.Tables {
		if len(m.Tables[t].Fields) == fields {
			n++
		}
	}
	return n
}

func applied(p models.Platt, z []float64) []float64 {
	out := make([]float64, len(z))
	for i, v := range z {
		out[i] = p.Apply(v)
	}
	return out
}

// without subtracts the tables over so many fields, times scale, from
// out-of-fold log-odds.
func (r *run) without(m *additive.Parts, z []float64, fields int, scale float64) []float64 {
	out := append([]float64(nil), z...)
	held := make([]float64, len(z)) // bags that held the row out
	for b := range r.Bags {
		for i, p := range r.fold[b/r.folds] {
			if int(p) == b%r.folds {
				held[i]++
			}
		}
	}
	for t := range m.Tables {
		term := &m.Tables[t]
		if len(term.Fields) != fields {
			continue
		}
		for i := range out {
			cell := term.Cell(r.codes, i)
			for b := range r.Bags {
				if int(r.fold[b/r.folds][i]) == b%r.folds {
					out[i] -= scale * term.Bags[b][cell] / held[i]
				}
			}
		}
	}
	return out
}

// meanLoss returns the mean log-loss of the rows that have log-odds.
func (r *run) meanLoss(z []float64) float64 {
	var loss, weight float64
	for i, v := range z {
		if !math.IsNaN(v) {
			loss += r.weight[i] * logLoss(v, r.churned[i])
			weight += r.weight[i]
		}
	}
	return loss / weight
}
