package additive_test

import (
	"context"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/additive/boost"
)

func init() {
	additive.SetFit(func(ctx context.Context, t additive.Trainer, s *models.Sample) (models.Model, error) {
		return boost.Trainer{Bags: t.Bags, Rounds: t.Rounds, Bins: t.Bins, Sets: t.Sets, Residual: t.Residual,
			Clusters: t.Clusters, Seed: t.Seed, Monotone: t.Monotone}.Fit(ctx, s)
	})
}
