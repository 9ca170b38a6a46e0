// Package train is the half-yearly run: it joins features with what became of
// each renewal, splits in time, compares the model with its baselines out of
// sample, applies the gate and makes the artifact.
//
// In come the tables (or a ready-made feature table) and a configuration; out
// go an artifact and a report. Labels exist only here. It refuses data with one
// outcome only, a target among the features, and, at the gate, a model that
// does not beat the base rate on renewals it has not seen.
package train

import (
	"context"
	"errors"
	"fmt"

	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/models/cluster"
)

// ErrGate is matched when a model may not be promoted.
var ErrGate = errors.New("the gate refused the model")

// Progress is called as a stage advances; done and total count its own units.
type Progress func(stage string, done, total int)

// Config is the train section of etappe.yaml. Zero values stand for defaults.
type Config struct {
	Leads       []int             `yaml:"leads,omitempty" json:"leads,omitempty" jsonschema:"description=days before a renewal at which training snapshots are taken"`
	TestShare   float64           `yaml:"test_share,omitempty" json:"test_share,omitempty" jsonschema:"description=share of the decided renewals (the latest) kept for the out-of-time test; default 0.2, or so many more that each lead time is tested"`
	TestFrom    string            `yaml:"test_from,omitempty" json:"test_from,omitempty" jsonschema:"format=date,description=date from which snapshots are kept for the out-of-time test (such as 2025-01-01) instead of test_share"`
	Bags        int               `yaml:"bags,omitempty" json:"bags,omitempty" jsonschema:"description=bags of the additive model; default 8"`
	MaxClusters int               `yaml:"max_clusters,omitempty" json:"max_clusters,omitempty" jsonschema:"description=largest number of clusters tried; 1 switches clustering off; default 10"`
	Sets        *int              `yaml:"sets,omitempty" json:"sets,omitempty" jsonschema:"description=most sets of two or three features that may interact; 0: no interaction of any kind; default 40"`
	Residual    *bool             `yaml:"residual,omitempty" json:"residual,omitempty" jsonschema:"description=whether trees on up to six features may have what the sets leave where they gain clearly; default true"`
	Names       map[string]string `yaml:"cluster_names,omitempty" json:"cluster_names,omitempty" jsonschema:"description=desired outcome of a cluster by id, for example c2: reporting"`
	Path        map[string][]Step `yaml:"path,omitempty" json:"path,omitempty" jsonschema:"description=the team's own success path in the place of the learned one, by cluster (its id, a name of cluster_names, or * for all others)"`
	Allow       []string          `yaml:"allow,omitempty" json:"allow,omitempty" jsonschema:"description=columns and features that are known before the decision although they look like the outcome under another name; named in the report"`
	Declared    string            `yaml:"declared,omitempty" json:"declared,omitempty" jsonschema:"description=account column with the desired outcome as the team states it; compared with the learned clusters in the report, and nothing else"`
	Targets     *bool             `yaml:"targets,omitempty" json:"targets,omitempty" jsonschema:"description=whether expansion and contraction are learned beside renewal where revenue before and after is known; default true"`
	PathFloor   float64           `yaml:"path_floor,omitempty" json:"path_floor,omitempty" jsonschema:"description=least weight of a milestone as a share of its cluster's largest; default 0.25"`
	Unmeasured  *float64          `yaml:"unmeasured,omitempty" json:"unmeasured,omitempty" jsonschema:"description=share of the variance of the accounts' own log-odds that no feature shows, 0 to 0.9: an assumption of the intervals, which no data identify; 0: intervals are of the expectation given the features; default 0.2"`
}

// Options are what a run needs besides its data.
type Options struct {
	Config   Config
	Health   Health
	Monotone map[string]int // feature → +1 (churn may only rise with it) or −1
	Signs    map[string]float64
	Seed     uint64
	Workers  int      // 0: one per core
	Anchor   *float64 // log-odds of churn at 50 points, kept from the first run; nil: set now
	// Previous is the artifact that this run's follows, PreviousVersion its
	// version: clusters that continue one of its have that one's id, and its name
	// where it still fits. nil: a line begins.
	Previous        *artifact.Artifact
	PreviousVersion string
	Progress        Progress
	// Judged is called once with what every variant predicted for the rows that the
	// report's table is made of; nil: nobody wants it.
	Judged func(*Judged)
	// recurringShare is the most weight of milestones that are to be reached again,
	// as the judged rows admit.
	recurringShare float64
	// Seconds is a monotonic clock, read around each fit for the report of
	// Evaluate; nil: seconds are 0.
	Seconds func() float64
}

// Run trains on the data and returns the artifact with its report.
func Run(ctx context.Context, d *Data, o Options) (*artifact.Artifact, *artifact.Report, error) {
	if err := o.check(d); err != nil {
		return nil, nil, err
	}
	o = o.withDefaults()
	report := &artifact.Report{Training: d.describe(o)}
	var err error
	if report.Allowed, err = refuseLeaks(d, o.Config.Allow); err != nil {
		return nil, nil, err
	}
	clusters, judged, err := backtest(ctx, d, o, report)
	if err != nil {
		return nil, nil, err
	}
	o.recurringShare = judged.recurring
	assigned, err := clusters.Assign(d.Frame)
	if err != nil {
		return nil, nil, fmt.Errorf("assigning clusters: %w", err)
	}
	sample := d.sample()
	sample.Cluster = assigned.Cluster
	fitted, err := o.etappe(d, clusters.K(), d.lastSlice(nil)).Fit(ctx, sample)
	if err != nil {
		return nil, nil, fmt.Errorf("fitting the model: %w", err)
	}
	a, err := assemble(d, o, clusters, report.Lineage, fitted.(*additive.Model), assigned.Cluster)
	if err != nil {
		return nil, nil, err
	}
	if a.Targets, report.Targets, err = fitTargets(ctx, d, o); err != nil {
		return nil, nil, err
	}
	if report.Declared, err = compareDeclared(d, o.Config.Declared, assigned.Cluster, clusters.IDs()); err != nil {
		return nil, nil, err
	}
	if report.Overlap, err = overlap(d, o.Previous, assigned.Cluster, clusters.IDs()); err != nil {
		return nil, nil, err
	}
	if err := finish(report, a, d, assigned.Cluster); err != nil {
		return nil, nil, err
	}
	d.setBands(a, report, o, judged)
	warn(report, d, o.Config, clusters.IDs())
	warnBands(report, o.Health, a.Points)
	a.Metrics = headline(report)
	a.Report = report
	return a, report, nil
}

func (o Options) withDefaults() Options {
	if o.Config.Bags == 0 {
		o.Config.Bags = 8
	}
	if o.Config.MaxClusters == 0 {
		o.Config.MaxClusters = 10
	}
	o.Health = o.Health.withDefaults()
	if o.Config.Unmeasured == nil {
		share := usualUnmeasured
		o.Config.Unmeasured = &share
	}
	if o.Seconds == nil {
		o.Seconds = func() float64 { return 0 }
	}
	if o.Progress == nil {
		o.Progress = func(string, int, int) {}
	}
	return o
}

// clusterOptions are the clustering hyperparameters of this run.
func (o Options) clusterOptions() cluster.Options {
	return cluster.Options{MaxK: o.Config.MaxClusters, Seed: o.Seed, Workers: o.Workers}
}
