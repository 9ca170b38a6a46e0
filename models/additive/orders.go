package additive

import (
	"fmt"
	"math"

	"github.com/etappe/etappe/models"
)

// Order says what terms of up to so many fields are worth: log-losses of rows
// that a bag had not seen, calibrated, without any cluster part.
type Order struct {
	Fields  int     `json:"fields"`   // 1: mains; 2: pairs too; 3: triples too
	Terms   int     `json:"terms"`    // terms of exactly this many fields
	LogLoss float64 `json:"log_loss"` // held-out log-loss with terms up to this order, in nats
	Gain    float64 `json:"gain"`     // log-loss of the order below less this one
	GainSE  float64 `json:"gain_se"`  // its standard error, by account
}

// Orders tells which order of interaction was needed and what each gained. The
// first is the mains fitted alone; the second is the model without the purified
// triples, so that its gain may be below 0 where triples carry the most; the
// last is the model. Only the first where interactions did not pay.
func (m *Model) Orders() []Order { return append([]Order(nil), m.orders...) }

// orders fills in what each order gains.
func (r *run) orders(m *Model, mains, all []float64) {
	alone := mains
	if p, err := models.FitPlatt(mains, r.churned, r.weight); err == nil {
		alone = applied(p, mains)
	}
	count := [4]int{}
	for t := range m.terms {
		count[len(m.terms[t].fields)]++
	}
	at := [4][]float64{1: alone}
	m.orders = []Order{{Fields: 1, Terms: count[1], LogLoss: r.meanLoss(alone)}}
	if count[2]+count[3] == 0 {
		return
	}
	at[3] = applied(m.platt, all)
	at[2] = r.without(m, at[3], 3)
	for order := 2; order <= 3; order++ {
		if count[order] == 0 {
			at[order] = at[3]
			if order == 3 {
				return
			}
		}
		gain := r.gainOver(at[order-1], at[order])
		m.orders = append(m.orders, Order{Fields: order, Terms: count[order], LogLoss: r.meanLoss(at[order]), Gain: gain.mean, GainSE: gain.se})
	}
}

func applied(p models.Platt, z []float64) []float64 {
	out := make([]float64, len(z))
	for i, v := range z {
		out[i] = p.Apply(v)
	}
	return out
}

// without takes the terms of so many fields out of out-of-fold log-odds.
func (r *run) without(m *Model, z []float64, fields int) []float64 {
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
					out[i] -= term.bags[b][cell] / held[i]
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
	if o.Fields < 1 || o.Fields > 3 || o.Terms < 0 || !(math.Abs(o.LogLoss) <= maxValue) ||
		!(math.Abs(o.Gain) <= maxValue) || !(o.GainSE >= 0 && o.GainSE <= maxValue) {
		return fmt.Errorf("order %+v", o)
	}
	return nil
}
