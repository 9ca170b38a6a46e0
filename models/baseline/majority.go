package baseline

import (
	"context"

	"github.com/etappe/etappe/models"
)

// Majority gives every row the base rate: the model that looks at
// nothing.
type Majority struct{}

// Name returns "majority".
func (Majority) Name() string { return "majority" }

// Fit takes the smoothed base rate (Jeffreys' prior) over weighted rows:
//
//	p = (churned + ½) / (rows + 1)
func (Majority) Fit(ctx context.Context, s *models.Sample) (models.Model, error) {
	total, err := checkSample(ctx, s)
	if err != nil {
		return nil, err
	}
	return &majority{
		fields:  cloneFields(s.Fields),
		logOdds: models.Logit((total[1] + 0.5) / (total[0] + total[1] + 1)),
	}, nil
}

type majority struct {
	fields  fieldList
	logOdds float64
}

// LogOdds returns the base rate for every row; models.ErrFields for other fields.
func (m *majority) LogOdds(f *models.Frame) ([]float64, error) {
	if err := m.fields.check(f); err != nil {
		return nil, err
	}
	z := make([]float64, f.Rows())
	for i := range z {
		z[i] = m.logOdds
	}
	return z, nil
}
