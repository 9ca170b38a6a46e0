package additive

import (
	"fmt"
	"math"
)

// Order is the gain of tables over up to so many fields: log-losses of
// out-of-bag rows, calibrated, without any cluster part.
type Order struct {
	Fields  int     `json:"fields"`   // 1: mains; 2: pairs too; 3: triples too; 6: the residual too
	Terms   int     `json:"terms"`    // terms of exactly this many fields; trees of a bag, of the residual
	LogLoss float64 `json:"log_loss"` // held-out log-loss with terms up to this order, in nats
	Gain    float64 `json:"gain"`     // log-loss of the order below less this one
	GainSE  float64 `json:"gain_se"`  // its standard error, by account
}

// Orders returns which orders of interaction are in the model and what each gained. The
// first is the mains fitted alone; the second is the model without the purified
// triples, so that its gain may be below 0 where triples carry the most; the
// last is the model. Only the first where interactions did not pay; the residual's
// trees have up to six fields, and what it gains, it gains over all that is before
// it fitted without it.
func (m *Model) Orders() []Order { return append([]Order(nil), m.orders...) }

// Name names what an order adds to the one below.
func (o Order) Name() string {
	switch o.Fields {
	case 1:
		return "single features"
	case 2:
		return "pairs"
	case 3:
		return "triples"
	}
	return ResidualName
}

// check refuses what no training run writes.
func (o Order) check() error {
	if o.Fields < 1 || o.Fields > 3 && o.Fields != MaxDepth || o.Terms < 0 || !(math.Abs(o.LogLoss) <= maxValue) ||
		!(math.Abs(o.Gain) <= maxValue) || !(o.GainSE >= 0 && o.GainSE <= maxValue) {
		return fmt.Errorf("order %+v", o)
	}
	return nil
}
