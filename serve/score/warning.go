package score

import (
	"math"

	"github.com/etappe/etappe/features/catalog"
)

// Warning is something a reader of the answer must know.
type Warning struct {
	Code string       `json:"code"` // one of the Warn… constants
	Text string       `json:"text"` // written by package serve/text
	Args *WarningArgs `json:"-"`    // nil: none
}

// WarningArgs are the arguments of a warning; which are set depends on its code.
type WarningArgs struct {
	Days, Limit int                   // stale_model: age, and from when on it is stale
	Why         string                // path_not_measured, not_replayed: one of the Why… constants
	Feature     *catalog.Definition   // unseen_level
	Missing     []*catalog.Definition // missing_data
	Features    int                   // missing_data: of how many
	Date        string                // missing_data: 2006-01-02, "": unknown
	Version     string                // of models: the one that the warning is about
	Milestones  []string              // milestone_ignored
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
)

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
)

// warnings lists what a reader of row i's answer must know; never nil.
func (b *block) warnings(i int, info ModelInfo) []Warning {
	s := b.scorer
	list := []Warning{}
	if b.in.Warnings != nil {
		list = append(list, b.in.Warnings[b.first+i]...)
	}
	if info.AgeDays > s.options.StaleAfter {
		list = append(list, Warning{Code: WarnStaleModel, Args: &WarningArgs{Days: info.AgeDays, Limit: s.options.StaleAfter}})
	}
	if b.outlier != nil && b.outlier[i] {
		list = append(list, Warning{Code: WarnOutOfDistribution})
	}
	if !b.measured[i] {
		list = append(list, Warning{Code: WarnPathNotMeasured, Args: &WarningArgs{Why: s.WhyNoPath(b.frame.ClusterOf(i))}})
	}
	return b.featureWarnings(i, list)
}

// WhyNoPath is why the path of an account in cluster k is not measured.
func (s *Scorer) WhyNoPath(k int) string {
	switch {
	case s.path == nil:
		return WhyNoPath
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
		} else if unseen(d, x) {
			list = append(list, Warning{Code: WarnUnseenLevel, Args: &WarningArgs{Feature: d}})
		}
	}
	n := len(s.fields)
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
