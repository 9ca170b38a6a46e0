package servetest

import (
	"context"
	"sync"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/additive/boost"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/models/cluster"
	"github.com/etappe/etappe/models/path"
)

// Renumbered is a retrain on accounts of which fewer report: the clusters are the
// same groups, but the other one is the largest now.
var Renumbered = sync.OnceValues(func() (*artifact.Artifact, error) {
	ctx := context.Background()
	before, err := Fitted()
	if err != nil {
		return nil, err
	}
	sample, journey := Simulated(1500, 8)
	assigned, err := before.Clusters.Assign(sample.Frame)
	if err != nil {
		return nil, err
	}
	var rows []int
	for i, k := range assigned.Cluster {
		if k == 1 || i%3 == 0 {
			rows = append(rows, i)
		}
	}
	sample = sample.Select(rows)
	clusters, _, err := cluster.Fit(ctx, sample.Frame, before.Clusters.Space(), sample.Churned, cluster.Options{MaxK: 2, Bootstraps: 5, Restarts: 2, Seed: 1})
	if err != nil {
		return nil, err
	}
	if assigned, err = clusters.Assign(sample.Frame); err != nil {
		return nil, err
	}
	sample.Cluster = assigned.Cluster
	model, err := boost.Trainer{Bags: 3, Rounds: 60, Smooth: 10, Seed: 2, Clusters: clusters.K(), Bins: 32}.Fit(ctx, sample)
	if err != nil {
		return nil, err
	}
	course := &models.Journey{Milestones: journey.Milestones, Tenure: models.Pick(journey.Tenure, rows)}
	for _, reached := range journey.Reached {
		course.Reached = append(course.Reached, models.Pick(reached, rows))
	}
	renewed := make([]bool, len(rows))
	for i, churned := range sample.Churned {
		renewed[i] = !churned
	}
	fittedPath, err := path.Fit(course, assigned.Cluster, clusters.K(), renewed, path.Options{})
	if err != nil {
		return nil, err
	}
	after := *before
	after.Churn, after.Clusters, after.Path, after.Names = model.(*additive.Model), clusters, fittedPath, []string{"exporting", "reporting"}
	return &after, nil
})
