package train

import (
	"context"
	"math"
	"slices"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/models/cluster"
)

// backtest judges every variant on rows that it has not seen and fills in the
// report's table and where its clusters come from. It returns the clusters that the
// artifact will use (those that were judged, where there was one out-of-time split,
// or clusters of all rows after cross-validation) and what was predicted of the
// judged rows.
func backtest(ctx context.Context, d *Data, o Options, r *artifact.Report) (*cluster.Model, *judgement, error) {
	byVariant := make(map[string]*predictions)
	s, ok, err := d.split(o.Config)
	if err != nil {
		return nil, nil, err
	}
	if ok {
		h, err := compareVariants(ctx, d, o, s, byVariant)
		if err != nil {
			return nil, nil, err
		}
		r.Test, r.Purged = artifact.Test{Kind: artifact.TestOutOfTime, From: s.from}, len(d.Churned)-len(s.train)-len(s.test)
		r.Leads = d.leadsOf(s.train, s.test)
		r.Clustering = h.choice
		clusters, err := descend(r, h.clusters, o)
		if err != nil {
			return nil, nil, err
		}
		tabulate(r, d, byVariant, h.cluster, clusters.IDs(), s.test)
		o.collect(d, byVariant, h.cluster, clusters.IDs(), []split{s}, outOfTimeSlice)
		return judgementOf(d, o, byVariant, clusters, []split{s}, s.test)
	}
	if err := d.checkFolds(); err != nil {
		return nil, nil, err
	}
	splits := d.folds(5, o.Seed)
	for k := range splits {
		splits[k].name = "cross-validation"
		if _, err := compareVariants(ctx, d, o, splits[k], byVariant); err != nil {
			return nil, nil, err
		}
	}
	everything := d.everyRow()
	clusters, choice, err := fitClusters(ctx, d, o, everything)
	if err != nil {
		return nil, nil, err
	}
	if clusters, err = descend(r, clusters, o); err != nil {
		return nil, nil, err
	}
	whole := d.sample()
	if err := assign(clusters, whole.Frame); err != nil {
		return nil, nil, err
	}
	r.Test = artifact.Test{Kind: artifact.TestFolds}
	r.Clustering, r.Leads = choice, d.leadsOf(everything, everything)
	tabulate(r, d, byVariant, whole.Cluster, clusters.IDs(), everything)
	o.collect(d, byVariant, whole.Cluster, clusters.IDs(), splits, foldSlice)
	return judgementOf(d, o, byVariant, clusters, splits, everything)
}

// judgementOf collects what was predicted of the judged rows, with their success path.
func judgementOf(d *Data, o Options, byVariant map[string]*predictions, clusters *cluster.Model, splits []split, rows []int) (*cluster.Model, *judgement, error) {
	j := &judgement{rows: rows, logOdds: byVariant[artifact.VariantEtappe].logOdds}
	return clusters, j, d.chooseRecurring(j, o, clusters, splits)
}

// tabulate measures every variant on the judged rows, as a whole and for each
// cluster, and how much of it rests on renewals that somebody may have saved.
func tabulate(r *artifact.Report, d *Data, byVariant map[string]*predictions, assigned []int32, ids []string, judged []int) {
	r.Contamination = contamination(d, byVariant[artifact.VariantEtappe], judged)
	own := byVariant[artifact.VariantEtappe]
	r.Calibration, r.Mean = calibrationBins(d, own, judged), calibrationMean(d, own, judged)
	d.judgeLeads(r, own, judged)
	r.Segments = append(r.Segments, segment(r, "all", d, byVariant, judged))
	if len(ids) == 1 {
		return // it is the whole
	}
	for c, id := range ids {
		rows := inCluster(judged, assigned, c)
		s := segment(r, id, d, byVariant, rows)
		if s.Calibration = calibrationBins(d, byVariant[artifact.VariantEtappe], rows); renewalsOf(s.Calibration) < leastOfCluster {
			s.Calibration = nil
		}
		r.Segments = append(r.Segments, s)
	}
	if rows := inCluster(judged, assigned, models.NoCluster); len(rows) > 0 {
		r.Segments = append(r.Segments, segment(r, artifact.SegmentNone, d, byVariant, rows))
	}
}

// inCluster lists those of some rows that are in cluster k.
func inCluster(rows []int, assigned []int32, k int) []int {
	var out []int
	for _, i := range rows {
		if int(assigned[i]) == k {
			out = append(out, i)
		}
	}
	return out
}

// differenceTo compares Etappe with another variant on the rows that both answered;
// nil for Etappe itself.
func differenceTo(d *Data, own, other *predictions, rows []int) *artifact.Difference {
	if own == nil || own.name == other.name {
		return nil
	}
	both := slices.DeleteFunc(slices.Clone(rows), func(i int) bool { return math.IsNaN(own.logOdds[i]) })
	diff, se := models.LossDifference(models.Pick(own.logOdds, both), models.Pick(other.logOdds, both), models.Pick(d.Churned, both),
		d.weightWithin(both), models.Pick(d.Account, both))
	return &artifact.Difference{LogLoss: artifact.Figure(diff), SE: artifact.Figure(se),
		Low: artifact.Figure(diff - normal90*se), High: artifact.Figure(diff + normal90*se)}
}

// reported are the variants in the order of the report's table.
var reported = []string{artifact.VariantMajority, artifact.VariantScorecard, artifact.VariantLogistic, artifact.VariantTrees,
	artifact.VariantGlobal, artifact.VariantSeparate, artifact.VariantEtappe}

// segment measures every variant on the given rows. A fold in which a variant
// could not answer leaves NaN, which is left out of that variant's rows.
func segment(r *artifact.Report, name string, d *Data, byVariant map[string]*predictions, rows []int) artifact.Segment {
	s := artifact.Segment{Name: name}
	for _, variant := range reported {
		l := byVariant[variant]
		if l == nil {
			continue
		}
		var answered []int
		for _, i := range rows {
			if !math.IsNaN(l.logOdds[i]) {
				answered = append(answered, i)
			}
		}
		m := models.MeasureGroups(models.Pick(l.logOdds, answered), models.Pick(d.Churned, answered), d.weightWithin(answered), models.Pick(d.Account, answered))
		s.Variants = append(s.Variants, artifact.Variant{Name: variant, Metrics: m, Difference: differenceTo(d, byVariant[artifact.VariantEtappe], l, answered)})
		renewals := d.onePerRenewal(answered)
		s.Rows, s.Renewals, s.Churned = m.Rows, len(renewals), count(models.Pick(d.Churned, renewals))
	}
	return s
}
