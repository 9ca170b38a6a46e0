package train

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/features"
	"github.com/etappe/etappe/models/artifact"
)

// leadPlan is what became of the lead times that a configuration names.
type leadPlan struct {
	wanted  []int
	unfit   int  // decided renewals that none of them fits
	leftOut int  // rows
	halfway bool // none fits enough renewals: the rows lie half-way through the period
}

// leadOf is the days from a snapshot to the due date.
func leadOf(s features.Snapshot) int { return int(s.DueOn.Sub(s.AsOf).Hours() / 24) }

// onlyLeads keeps the snapshots at the lead times that the configuration names.
// Where none of them fits, the schedule looks half-way through the period; such rows
// are of another lead, and learning at one and judging at another flatters. So one
// kind stays: the one with more churned renewals, the named ones if equal.
func onlyLeads(t *datasets.Tables, list []features.Snapshot, wanted []int) ([]features.Snapshot, leadPlan) {
	p := leadPlan{wanted: wanted}
	if len(wanted) == 0 {
		return list, p
	}
	fits := make(map[int32]bool)
	for _, s := range list {
		fits[s.Renewal] = fits[s.Renewal] || slices.Contains(wanted, leadOf(s))
	}
	churned, all := [2]int{}, [2]int{}
	for r, fit := range fits {
		k := 0
		if fit {
			k = 1
		}
		all[k]++
		if t.Renewals[r].Outcome == datasets.Churned {
			churned[k]++
		}
	}
	p.unfit = all[0]
	if p.unfit == 0 {
		return list, p
	}
	p.halfway = churned[0] > churned[1] || churned[0] == churned[1] && all[0] > all[1]
	kept := slices.DeleteFunc(slices.Clone(list), func(s features.Snapshot) bool { return fits[s.Renewal] == p.halfway })
	p.leftOut = len(list) - len(kept)
	return kept, p
}

// leadEnds are the last days of the ranges that the report gives.
var leadEnds = []int{30, 60, 90, 120, 150, 180, 365, longestLead}

// leadLine is the range that a lead lies in.
func leadLine(lead int) int {
	at, _ := slices.BinarySearch(leadEnds, lead)
	return min(at, len(leadEnds)-1)
}

// leadsOf counts the rows of either part by lead; nil for a table.
func (d *Data) leadsOf(train, test []int) *artifact.Leads {
	if d.leads == nil {
		return nil
	}
	lines := make([]artifact.LeadLine, len(leadEnds))
	for k, end := range leadEnds {
		lines[k].From, lines[k].To = 1, end
		if k > 0 {
			lines[k].From = leadEnds[k-1] + 1
		}
	}
	for _, i := range train {
		lines[leadLine(d.leads[i])].Train++
	}
	for _, i := range test {
		lines[leadLine(d.leads[i])].Test++
	}
	lines = slices.DeleteFunc(lines, func(l artifact.LeadLine) bool { return l.Train+l.Test == 0 })
	return &artifact.Leads{Wanted: d.plan.wanted, Unfit: d.plan.unfit, LeftOut: d.plan.leftOut, Lines: lines}
}

// judgeLeads adds the calibration of each range of leads.
func (d *Data) judgeLeads(r *artifact.Report, l *predictions, judged []int) {
	if r.Leads == nil {
		return
	}
	for k := range r.Leads.Lines {
		line := &r.Leads.Lines[k]
		var rows []int
		for _, i := range judged {
			if d.leads[i] >= line.From && d.leads[i] <= line.To {
				rows = append(rows, i)
			}
		}
		line.Judged = calibrationMean(d, l, rows)
	}
}

// leastLeadJudged is from how many renewals on a range of leads is judged alone.
const leastLeadJudged = 50

// warnLeads notes lead times that the data do not have, that the test lacks, and at
// which more or fewer churned than predicted.
func (d *Data) warnLeads(r *artifact.Report) {
	if r.Leads == nil {
		return
	}
	if p := d.plan; p.unfit > 0 {
		var list []string
		for _, lead := range p.wanted {
			list = append(list, strconv.Itoa(lead))
		}
		days := strings.Join(list, ", ")
		code, text := artifact.WarnLeadsUnfit, fmt.Sprintf("train.leads: %s days do not fit %d renewals, whose period is shorter: their %d rows are left out of training and test", days, p.unfit, p.leftOut)
		if p.halfway {
			code, text = artifact.WarnLeadsReplaced, fmt.Sprintf("train.leads: %s days do not fit %d renewals, whose period is shorter, and these are most: training and test both look half-way through their periods, and %d rows at the leads named are left out", days, p.unfit, p.leftOut)
		}
		r.Warn(code, text, days, strconv.Itoa(p.unfit), strconv.Itoa(p.leftOut))
	}
	d.warnUntested(r)
	for _, line := range r.Leads.Lines {
		span := fmt.Sprintf("%d to %d", line.From, line.To)
		if j := line.Judged; j != nil && j.Renewals >= leastLeadJudged && !meanHolds(j) {
			r.Warn(artifact.WarnLeadCalibration, fmt.Sprintf("%s days before the renewal %.1f %% were predicted to churn and %.1f %% did (90 %% interval %.1f to %.1f %%)",
				span, 100*j.Predicted, 100*j.Churned, 100*j.Low, 100*j.High),
				strconv.Itoa(line.From), strconv.Itoa(line.To), fmt.Sprintf("%.3f", j.Predicted), fmt.Sprintf("%.3f", j.Churned))
		}
	}
}

// warnUntested notes the leads that training has and the test does not.
func (d *Data) warnUntested(r *artifact.Report) {
	rows, from, to := 0, 0, 0
	for _, line := range r.Leads.Lines {
		if line.Test > 0 {
			continue
		}
		if rows == 0 {
			from = line.From
		}
		rows, to = rows+line.Train, line.To
	}
	if rows > 0 {
		r.Warn(artifact.WarnLeadUntested, fmt.Sprintf("%d training rows lie %d to %d days before the renewal at leads of which the test has none: an earlier train.test_from, or a larger train.test_share, tests them", rows, from, to),
			strconv.Itoa(rows), strconv.Itoa(from), strconv.Itoa(to))
	}
}

// meanHolds reports whether the observed share, within its interval, is from 0.80 to
// 1.25 of what was predicted.
func meanHolds(j *artifact.CalibrationBin) bool {
	return j.Low <= 1.25*j.Predicted && j.High >= 0.8*j.Predicted
}
