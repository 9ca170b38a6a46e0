package train

import (
	"errors"
	"fmt"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/models/cluster"
	"github.com/etappe/etappe/models/peers"
)

// assemble puts the fitted parts into an artifact; what became of the names is
// noted in the lineage. assigned gives each row's cluster.
func assemble(d *Data, o Options, clusters *cluster.Model, lineage *artifact.Lineage, churn *additive.Model, assigned []int32) (*artifact.Artifact, error) {
	outliers, err := cluster.FitOutliers(d.Frame, o.Seed)
	if err != nil {
		return nil, fmt.Errorf("fitting the outlier rule: %w", err)
	}
	path, err := fitPath(d, o.Config, d.everyRow(), assigned, clusters.IDs(), o.recurringShare)
	if err != nil {
		return nil, fmt.Errorf("fitting the success path: %w", err)
	}
	frame := *d.Frame
	frame.Cluster = assigned
	logOdds, err := churn.LogOdds(&frame)
	if err != nil {
		return nil, fmt.Errorf("scoring the training rows: %w", err)
	}
	if churn, err = d.withSpread(churn, &frame, logOdds, *o.Config.Unmeasured); err != nil {
		return nil, err
	}
	width, err := d.halfWidth(churn, &frame)
	if err != nil {
		return nil, err
	}
	peers, err := fitPeers(d, &frame, churn, logOdds, clusters.K())
	if err != nil {
		return nil, err
	}
	a := &artifact.Artifact{
		Catalog: d.Catalog, Fingerprint: d.Catalog.Fingerprint(), Fields: d.Frame.Fields,
		Churn: churn, Clusters: clusters, Outliers: outliers, Path: path, Peers: peers,
		Points:   d.points(o), // its thresholds follow: see setBands
		Names:    names(clusters, lineage, o),
		Lineage:  lineage,
		Training: d.describe(o),
	}
	a.Training.HalfWidth = width
	if a.Behaviour, err = fitBehaviour(d, o.Health.FalseAlarms, &frame, churn, peers); err != nil {
		return nil, err
	}
	a.Exemplars = exemplars(d, a, logOdds, assigned, clusters.K())
	return a, nil
}

// points is the scale of the health scores, without the thresholds of the bands.
func (d *Data) points(o Options) models.Points {
	p := models.Points{PerDoubling: o.Health.PointsPerDoubling, Anchor: d.baseLogOdds(), PathWeight: *o.Health.PathWeight}
	if o.Anchor != nil {
		p.Anchor = *o.Anchor
	}
	return p
}

// fitPeers learns from all snapshots what is usual in each cluster; nil where no
// account renewed in the end, and there is nobody to compare with.
func fitPeers(d *Data, frame *models.Frame, churn models.Explainer, logOdds []float64, clusters int) (*peers.Peers, error) {
	c := &peers.Snapshots{Frame: frame, Account: d.Account, Day: d.days(), Renewed: make([]bool, len(d.Churned)), LogOdds: logOdds, Journey: d.reachedOnce(),
		Model: churn, Driver: make([]string, len(d.Catalog.Definitions))}
	for j := range c.Driver {
		if one := &d.Catalog.Definitions[j]; !one.OfTime() {
			c.Driver[j] = one.Driver()
		}
	}
	for i, churned := range d.Churned {
		c.Renewed[i] = !churned
	}
	peers, err := peers.Fit(c, clusters)
	if errors.Is(err, models.ErrTraining) {
		return nil, nil
	}
	return peers, err
}
