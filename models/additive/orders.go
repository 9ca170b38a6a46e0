package additive

import (
	"fmt"
	"math"

	"github.com/etappe/etappe/models"
)

// Order says what terms of up to so many fields are worth: log-losses of rows
// that a bag had not seen, calibrated, without any cluster part.
type Order struct {
	Fields  int     `json:"fields"`   // 1: mains; 2: pairs too; 3: triples too; 6: the residual too
	Terms   int     `json:"terms"`    // terms of exactly this many fields; trees of a bag, of the residual
	LogLoss float64 `json:"log_loss"` // held-out log-loss with terms up to this order, in nats
	Gain    float64 `json:"gain"`     // log-loss of the order below less this one
	GainSE  float64 `json:"gain_se"`  // its standard error, by account
}

// Orders tells which order of interaction was needed and what each gained. The
// first is the mains fitted alone; the second is the model without the purified
// triples, so that its gain may be below 0 where triples carry the most; the
// last is the model. Only the first where interactions did not pay; the residual's
// trees have up to six fields, and what it gains, it gains over all that is before
// it fitted without it.
func (m *Model) Orders() []Order { return append([]Order(nil), m.orders...) }

// orders fills in what each order gains: mains alone, tables as they are without
// a residual, and the residual, all out-of-fold log-odds.
func (r *run) orders(m *Model, mains, tables []float64, deep *rest) error {
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
	if share := deep.share(); deep != nil && share > 0 && m.platt.Slope > 0 {
		scale = p.Slope / (m.platt.Slope * share)
	}
	m.orders = []Order{{Fields: 1, Terms: m.count(1), LogLoss: r.meanLoss(alone)}}
	last := r.tableOrders(m, alone, at, scale)
	if deep == nil {
		return nil
	}
	all := applied(m.platt, deep.out)
	gain := r.gainOver(last, all)
	m.orders = append(m.orders, Order{Fields: deepDepth, Terms: deep.trees(), LogLoss: r.meanLoss(all), Gain: gain.mean, GainSE: gain.se})
	return nil
}

// tableOrders adds the orders of pairs and triples and returns the log-odds of
// the last one.
func (r *run) tableOrders(m *Model, alone, all []float64, scale float64) []float64 {
	if m.count(2)+m.count(3) == 0 {
		return alone
	}
	from := alone
	for fields := 2; fields <= 3; fields++ {
		if m.count(fields) == 0 {
			continue
		}
		to := all
		if fields == 2 && m.count(3) > 0 {
			to = r.without(m, all, 3, scale)
		}
		gain := r.gainOver(from, to)
		m.orders = append(m.orders, Order{Fields: fields, Terms: m.count(fields), LogLoss: r.meanLoss(to), Gain: gain.mean, GainSE: gain.se})
		from = to
	}
	return all
}

// count returns how many terms have so many fields.
func (m *Model) count(fields int) int {
	n := 0
	for t := range m.terms {
		if len(m.terms[t].fields) == fields {
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

// without takes the terms of so many fields, times scale, out of out-of-fold
// log-odds.
func (r *run) without(m *Model, z []float64, fields int, scale float64) []float64 {
	out := append([]float64(nil), z...)
	held := make([]float64, len(z)) // bags that held the row out
	for b := range r.Bags {
		for i, p := range r.part[b/r.parts] {
			if int(p) == b%r.parts {
				held[i]++
			}
		}
	}
	for t := range m.terms {
		term := &m.terms[t]
		if len(term.fields) != fields {
			continue
		}
		for i := range out {
			cell := term.cell(r.codes, i)
			for b := range r.Bags {
				if int(r.part[b/r.parts][i]) == b%r.parts {
					out[i] -= scale * term.bags[b][cell] / held[i]
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

// check refuses what no training run writes.
func (o Order) check() error {
	if o.Fields < 1 || o.Fields > 3 && o.Fields != deepDepth || o.Terms < 0 || !(math.Abs(o.LogLoss) <= maxValue) ||
		!(math.Abs(o.Gain) <= maxValue) || !(o.GainSE >= 0 && o.GainSE <= maxValue) {
		return fmt.Errorf("order %+v", o)
	}
	return nil
}
