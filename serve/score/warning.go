package score

import (
	"math"
	"strings"

	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/models/cluster"
)

// Warning is something a reader of the answer must know.
type Warning struct {
	Code string       `json:"code"` // one of the Warn… constants
	Text string       `json:"text"` // written by package serve/text
	Args *WarningArgs `json:"-"`    // nil: none
}

// WarningArgs are the arguments of a warning; which are set depends on its code.
type WarningArgs struct {
	Days, Limit int                   // stale_model: age, and from when on it is stale; no_cluster: the window (0: none), and how many events it takes
	Why         string                // path_not_measured, not_replayed, no_cluster: one of the Why… constants
	Feature     *catalog.Definition   // unseen_level
	Missing     []*catalog.Definition // missing_data
	Features    int                   // missing_data, too_little_known: of how many
	Known       int                   // too_little_known: how many have a value
	Share       float64               // too_little_known: of the usual spread of scores, what rests on missing features
	Date        string                // missing_data: 2006-01-02, "": unknown; not_observed: day of the type's last event
	Version     string                // of models: the one that the warning is about
	Milestones  []string              // milestone_ignored
	Checks      []string              // refused_by_gate: the checks that the model failed
	Owner       string                // refused_by_gate: who made it the champion all the same; "": nobody
	Type        string                // not_observed: the event type
	Stored      bool                  // the warning was stored with a snapshot: its arguments are not known
}

// The codes of warnings about one answer.
const (
	WarnStaleModel        = "stale_model"
	WarnOutOfDistribution = "out_of_distribution"
	WarnPathNotMeasured   = "path_not_measured"
	WarnMissingData       = "missing_data"
	WarnUnseenLevel       = "unseen_level"
	WarnMilestoneIgnored  = "milestone_ignored"
	WarnNoCluster         = "no_cluster"
	WarnTooLittleKnown    = "too_little_known"
	WarnRefused           = "refused_by_gate"
	WarnNotObserved       = "not_observed"
)

// NotObserved is the warning that an event type of the model was not observed after a day,
// 2006-01-02.
func NotObserved(kind, day string) Warning {
	return Warning{Code: WarnNotObserved, Args: &WarningArgs{Type: kind, Date: day}}
}

// Kept is the code under which a warning is stored: with its arguments where it
// cannot be given again without them.
func (w *Warning) Kept() string {
	if w.Code == WarnNotObserved && w.Args != nil {
		return w.Code + ":" + w.Args.Date + ":" + w.Args.Type
	}
	return w.Code
}

// WarningOf is a warning from what was kept of it.
func WarningOf(kept string) Warning {
	if rest, ok := strings.CutPrefix(kept, WarnNotObserved+":"); ok {
		if day, kind, ok := strings.Cut(rest, ":"); ok {
			return NotObserved(kind, day)
		}
	}
	return Warning{Code: kept, Args: &WarningArgs{Stored: true}}
}

// WarnNotReplayed is the code of the warning that the model which gave a stored
// answer cannot give it again.
const WarnNotReplayed = "not_replayed"

// Why a stored answer cannot be given again.
const (
	WhyGone    = "gone"    // the model is not in the registry
	WhyNewer   = "newer"   // a newer program wrote its artifact
	WhyDamaged = "damaged" // its artifact is damaged
)

// Why a path is not measured.
const (
	WhyNoMilestones  = "no_milestones"   // no milestones or no tenure were given
	WhyNoPath        = "no_path"         // the model has no success path
	WhyNoClusterPath = "no_cluster_path" // the account's cluster has none
	WhyNoOwnCluster  = "no_own_cluster"  // the account has no cluster, and so no path; see the warning no_cluster
)

// Why an account has no cluster.
const (
	WhyTooEarly = "too_early"  // the window of the usage pattern was not observed yet
	WhyTooQuiet = "too_little" // it holds too few events
)

// warnings lists what a reader of row i's answer must know; never nil.
func (b *block) warnings(i int, info ModelInfo) []Warning {
	s := b.scorer
	list := []Warning{}
	if b.in.Warnings != nil {
		list = append(list, b.in.Warnings[b.first+i]...)
	}
	if s.refused != nil {
		list = append(list, *s.refused)
	}
	if info.AgeDays > s.options.StaleAfter {
		list = append(list, Warning{Code: WarnStaleModel, Args: &WarningArgs{Days: info.AgeDays, Limit: s.options.StaleAfter}})
	}
	if b.outlier != nil && b.outlier[i] {
		list = append(list, Warning{Code: WarnOutOfDistribution})
	}
	if !b.placed(i) {
		list = append(list, Warning{Code: WarnNoCluster, Args: &WarningArgs{
			Why: whyNoCluster(b.assigned.Evidence[i]), Days: s.patternDays(), Limit: cluster.MinEvents}})
	}
	if !b.measured[i] {
		list = append(list, Warning{Code: WarnPathNotMeasured, Args: &WarningArgs{Why: s.WhyNoPath(b.frame.ClusterOf(i))}})
	}
	return b.featureWarnings(i, list)
}

// patternDays is the window of the counts that the usage pattern is made of; 0
// where there are none.
func (s *Scorer) patternDays() int {
	days := 0
	for i := range s.catalog.Definitions {
		if d := &s.catalog.Definitions[i]; d.Pattern == catalog.ShareOf {
			days = max(days, d.Window)
		}
	}
	return days
}

func whyNoCluster(e cluster.Evidence) string {
	if e == cluster.NotSeen {
		return WhyTooEarly
	}
	return WhyTooQuiet
}

// Refused is the warning that the gate refused the model; nil if it did not, or
// nothing is known of it. It belongs to every answer, also where a person took the
// responsibility and promoted the model.
func (s *Scorer) Refused() *Warning { return s.refused }

func refusedBy(report *artifact.Report, meta Meta) *Warning {
	failed := report.Failed()
	if len(failed) == 0 {
		return nil
	}
	args := &WarningArgs{Version: meta.Version, Checks: failed}
	if meta.Override != nil {
		args.Owner = meta.Override.Owner
	}
	return &Warning{Code: WarnRefused, Args: args}
}

// WhyNoPath is why the path of an account in cluster k is not measured.
func (s *Scorer) WhyNoPath(k int) string {
	switch {
	case s.path == nil:
		return WhyNoPath
	case k == models.NoCluster:
		return WhyNoOwnCluster
	case !s.HasPath(k):
		return WhyNoClusterPath
	}
	return WhyNoMilestones
}

// featureWarnings adds features that are missing or hold an unseen level.
func (b *block) featureWarnings(i int, list []Warning) []Warning {
	s, missing := b.scorer, 0
	for j := range s.fields {
		d, x := &s.catalog.Definitions[j], b.frame.Columns[j][i]
		if math.IsNaN(x) {
			missing++
		} else if Unseen(d, x) {
			list = append(list, Warning{Code: WarnUnseenLevel, Args: &WarningArgs{Feature: d}})
		}
	}
	n := len(s.fields)
	if share := b.restsOnMissing(i); share > s.options.LittleShare {
		list = append(list, Warning{Code: WarnTooLittleKnown, Args: &WarningArgs{Features: n, Known: n - missing, Share: share}})
	}
	if !(float64(missing) > s.options.MissingShare*float64(n)) {
		return list
	}
	args := &WarningArgs{Features: n, Date: b.in.Date(b.first + i), Missing: make([]*catalog.Definition, 0, missing)}
	for j := range s.fields {
		if math.IsNaN(b.frame.Columns[j][i]) {
			args.Missing = append(args.Missing, &s.catalog.Definitions[j])
		}
	}
	return append(list, Warning{Code: WarnMissingData, Args: args})
}
