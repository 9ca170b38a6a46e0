package score

import (
	"time"

	"github.com/etappe/etappe/models/artifact"
)

// Meta is the registry's record of an artifact.
type Meta struct {
	Version   string
	TrainedAt time.Time
	// PromotedAt is since when the model is the champion; nil: it is not. Override
	// is why it is although the gate refused it; nil: the gate let it through.
	PromotedAt *time.Time
	Override   *artifact.Override
}

// Options tune the answers. The zero value stands for the defaults.
type Options struct {
	Level        float64 // of the interval; 0: 0.9
	StaleAfter   int     // days after which a model is stale; 0: 183
	Top          int     // entries of DetailTop; 0: 5
	LittleShare  float64 // share of the usual spread of scores on missing features above which too little is known; 0: 0.5
	MissingShare float64 // share of features missing above which a warning is given; 0: 0.5
}

// DefaultLevel is the level of intervals where none is chosen.
const DefaultLevel = 0.9

func (o Options) withDefaults() Options {
	if o.Level == 0 {
		o.Level = DefaultLevel
	}
	if o.StaleAfter == 0 {
		o.StaleAfter = 183
	}
	if o.Top == 0 {
		o.Top = 5
	}
	if o.LittleShare == 0 {
		o.LittleShare = 0.5
	}
	if o.MissingShare == 0 {
		o.MissingShare = 0.5
	}
	return o
}
