package train

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/features"
	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/artifact"
)

// What the words of the bands stand for, as probabilities of churn. At risk is what is
// as likely to churn as the base rate, sick what has bandOdds times its odds:
//
//	at risk from  b                              at least 5 %, at most 1/3
//	sick from     3·b/(1−b) as odds              at least 15 %, at most 1/2, or b where that is more
//
// so that nobody is healthy who is not twice as likely to renew as to churn, nobody
// is sick who almost surely renews, and where most churn sick is worse than most.
const (
	leastAtRisk = 0.05
	mostAtRisk  = 1. / 3
	bandOdds    = 3
	leastSick   = 0.15
	mostSick    = 0.5
)

// bandLimits returns the probabilities from which an account is at risk and sick, of a
// base rate from 0 to 1, ends excluded.
func bandLimits(base float64) (atRisk, sick float64) {
	atRisk = min(max(base, leastAtRisk), mostAtRisk)
	sick = models.Sigmoid(models.Logit(base) + math.Log(bandOdds))
	return atRisk, min(max(sick, leastSick), max(mostSick, base))
}

// leastBetween is how many points lie between the thresholds, and beyond them, at least.
const leastBetween = 1.0

// setBands sets the thresholds of an artifact and notes in the report how, and what
// became of the judged renewals in each band. Thresholds of the model before it go on
// where the configuration wants the same as then and the scale is the same.
func (d *Data) setBands(a *artifact.Artifact, r *artifact.Report, o Options, j *judgement) {
	s := d.scoreJudged(j, a.Points)
	b, p := d.wantedBands(o.Health), &a.Points
	if o.keepsBands(a, b) {
		kept := *o.Previous.Report.Bands
		b, kept.Kept = &kept, cmp.Or(kept.Kept, o.PreviousVersion)
	} else {
		b.Healthy, b.Sick = s.thresholds(b, o.Health, func(churn float64) float64 { return j.usual(*p, s.rows, churn) })
	}
	p.Healthy, p.Sick = b.Healthy, b.Sick
	p.Hysteresis = o.Health.hysteresis(p.Healthy, p.Sick)
	d.judgeBands(b, s, j, *p)
	r.Bands = b
}

// wantedBands is what the configuration wants, with the limits of today's base rate.
func (d *Data) wantedBands(h Health) *artifact.Bands {
	b := &artifact.Bands{Rule: artifact.BandsBaseRate, Base: models.Sigmoid(d.baseLogOdds())}
	b.AtRisk, b.SickFrom = bandLimits(b.Base)
	switch {
	case h.Healthy != 0 || h.Sick != 0:
		b.Rule = artifact.BandsThresholds
	case h.Shares != nil:
		b.Rule, b.SickShare, b.AtRiskShare = artifact.BandsShares, h.Shares.Sick, h.Shares.AtRisk
	case h.Capacity != "":
		calls := h.perWeek()
		b.Rule = artifact.BandsCapacity
		b.Capacity = &artifact.Capacity{PerWeek: calls, Window: d.window, Accounts: d.portfolio,
			Share: min(1, calls*float64(d.window)/models.WeekDays/float64(max(d.portfolio, 1)))}
	}
	return b
}

// keepsBands reports whether an artifact goes on with the thresholds of the model
// before it.
func (o Options) keepsBands(a *artifact.Artifact, b *artifact.Bands) bool {
	if o.Health.Recalibrate || b.Rule == artifact.BandsThresholds || o.Previous == nil || o.Previous.Report == nil || o.Previous.Report.Bands == nil {
		return false
	}
	before, p := o.Previous.Report.Bands, o.Previous.Points
	same := before.Rule == b.Rule && before.SickShare == b.SickShare && before.AtRiskShare == b.AtRiskShare &&
		(b.Capacity == nil || before.Capacity != nil && before.Capacity.PerWeek == b.Capacity.PerWeek)
	return same && p.PerDoubling == a.Points.PerDoubling && p.Anchor == a.Points.Anchor && p.PathWeight == a.Points.PathWeight &&
		slices.Equal(milestonesOf(o.Previous), milestonesOf(a))
}

// milestonesOf are those of an artifact's path; nil without one.
func milestonesOf(a *artifact.Artifact) []string {
	if a.Path == nil {
		return nil
	}
	return a.Path.Milestones()
}

// thresholds are the health scores from which an account is healthy and below which it
// is sick, in tenths of a point, at least leastBetween apart from each other and from
// the ends of the scale. usual is the health score of a probability on a usual path.
func (s *scored) thresholds(b *artifact.Bands, h Health, usual func(churn float64) float64) (healthy, sick float64) {
	switch {
	case h.Healthy != 0 && h.Sick != 0:
		return h.Healthy, h.Sick
	case b.Rule == artifact.BandsShares:
		healthy, sick = s.quantile(b.SickShare+b.AtRiskShare), s.quantile(b.SickShare)
	default:
		healthy, sick = s.cut(b.AtRisk, usual(b.AtRisk)), s.cut(b.SickFrom, usual(b.SickFrom))
	}
	switch {
	case h.Healthy != 0:
		return h.Healthy, min(math.Round(10*sick)/10, h.Healthy-leastBetween)
	case h.Sick != 0:
		return max(math.Round(10*healthy)/10, h.Sick+leastBetween), h.Sick
	}
	if b.Capacity != nil {
		sick = min(sick, s.quantile(b.Capacity.Share))
	}
	healthy = min(max(math.Round(10*healthy)/10, 2*leastBetween), 100-leastBetween)
	return healthy, min(max(math.Round(10*sick)/10, leastBetween), healthy-leastBetween)
}

// judgeBands fills in what became of the judged renewals in each band, and how well
// the health score orders them.
func (d *Data) judgeBands(b *artifact.Bands, s *scored, j *judgement, p models.Points) {
	b.Lines = nil
	for _, band := range []string{"healthy", "at_risk", "sick"} {
		b.Lines = append(b.Lines, artifact.BandLine{Band: band})
	}
	total, sums := 0.0, make([]artifact.CalibrationBin, len(b.Lines))
	for k, i := range s.rows {
		n := slices.IndexFunc(b.Lines, func(l artifact.BandLine) bool { return l.Band == p.Band(s.health[k]) })
		w := s.weight[k]
		total += w
		sums[n].Renewals, sums[n].Predicted = sums[n].Renewals+w, sums[n].Predicted+w*s.churn[k]
		if d.Churned[i] {
			sums[n].Churned += w
		}
	}
	var paths []float64
	for n, sum := range sums {
		if b.Lines[n].Share = sum.Renewals / total; sum.Renewals > 0 {
			bin := meansOf(sum)
			b.Lines[n].Judged = &bin
		}
	}
	for _, i := range s.rows {
		if !math.IsNaN(j.path[i]) {
			paths = append(paths, j.path[i])
		}
	}
	churned := models.Pick(d.Churned, s.rows)
	b.AUC, b.Outlook = s.auc(d), models.AUC(models.Pick(j.logOdds, s.rows), churned, s.weight)
	b.Path = nil
	if slices.Sort(paths); len(paths) > 0 {
		b.Path = &artifact.PathSpread{Low: paths[len(paths)/10], High: paths[len(paths)*9/10]}
	}
}

// warnBands names bands whose name is not what became of their renewals.
func warnBands(r *artifact.Report, h Health, p models.Points) {
	b := r.Bands
	for _, l := range b.Lines {
		if !b.Contradicts(l) {
			continue
		}
		share := func(v float64) string { return strconv.FormatFloat(v, 'f', 3, 64) }
		r.Warn(artifact.WarnBand, fmt.Sprintf("band %s: of its judged renewals %.1f %% churned (90 %% interval %.1f to %.1f %%), where at risk is from %.1f %% and sick from %.1f %%; health.recalibrate sets the thresholds anew",
			l.Band, 100*l.Judged.Churned, 100*l.Judged.Low, 100*l.Judged.High, 100*b.AtRisk, 100*b.SickFrom),
			l.Band, share(l.Judged.Churned), share(b.AtRisk), share(b.SickFrom))
	}
	if h.Hysteresis != nil && *h.Hysteresis > p.Hysteresis {
		r.Warn(artifact.WarnHysteresis, fmt.Sprintf("health.hysteresis: %v points do not fit between the thresholds %v and %v: %v are used", *h.Hysteresis, p.Sick, p.Healthy, p.Hysteresis),
			fmt.Sprint(*h.Hysteresis), fmt.Sprint(p.Hysteresis))
	}
}

// measurePortfolio counts what a team's capacity is measured against.
func (d *Data) measurePortfolio(t *datasets.Tables) {
	earliest := make(map[int32]int)
	for i, r := range d.Renewal {
		earliest[r] = max(earliest[r], d.leads[i])
	}
	leads := slices.Sorted(maps.Values(earliest))
	d.window = max(1, leads[len(leads)/2])
	_, end := span(d.Decided)
	d.portfolio = len(features.Schedule{}.At(t, end.AddDate(0, 0, 1)))
}
