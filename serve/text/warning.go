package text

import (
	"strings"

	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/score"
)

// missingNamed is how many missing features a warning names.
const missingNamed = 3

// Warnings writes the texts of warnings.
func (l Language) Warnings(list []score.Warning) {
	for i := range list {
		list[i].Text = l.warning(&list[i])
	}
}

// warning writes the text of one; one without a text of its own here keeps it.
func (l Language) warning(w *score.Warning) string {
	a := w.Args
	if a == nil {
		a = &score.WarningArgs{}
	}
	if a.Stored {
		return l.storedWarning(w.Code)
	}
	switch w.Code {
	case score.WarnStaleModel:
		return l.T("warning.stale", "age", l.Days(a.Days), "limit", l.Days(a.Limit))
	case score.WarnOutOfDistribution:
		return l.T("warning.unlike")
	case score.WarnPathNotMeasured:
		return l.PathReason(a.Why)
	case score.WarnUnseenLevel:
		return l.T("warning.level", "feature", l.Label(a.Feature))
	case score.WarnMissingData:
		return l.missing(a)
	case score.WarnNoCluster:
		return l.noCluster(a)
	case score.WarnTooLittleKnown:
		return l.T("warning.little", "known", a.Known, "of", a.Features, "share", l.Quantity(a.Share, unitShare))
	case score.WarnNotObserved:
		return l.T("warning.observed", "type", a.Type, "date", l.ISODay(a.Date))
	case score.WarnMilestoneIgnored:
		return l.T("warning.milestones", "milestones", l.joined("list.comma", a.Milestones))
	}
	return l.modelWarning(w, a)
}

// modelWarning writes a warning about the models behind an explanation or a
// stored answer.
func (l Language) modelWarning(w *score.Warning, a *score.WarningArgs) string {
	switch w.Code {
	case explain.WarnOldModelMissing:
		return l.T("warning.model.missing", "model", a.Version)
	case explain.WarnNotSeparable:
		return l.T("warning.model.inseparable")
	case explain.WarnModelOrder:
		return l.T("warning.model.order", "model", a.Version)
	case score.WarnRefused:
		return l.refused(a)
	case score.WarnNotReplayed:
		return l.T("warning.model.gone", "model", a.Version, "reason", l.goneReason(a.Why))
	}
	return w.Text
}

// refused is that the gate refused a model, by which checks, and who promoted it.
func (l Language) refused(a *score.WarningArgs) string {
	checks := make([]string, len(a.Checks))
	for i, name := range a.Checks {
		checks[i] = l.Check(name)
	}
	if a.Owner != "" {
		return l.T("warning.refused.override", "model", a.Version, "checks", l.joined("list.comma", checks), "who", a.Owner)
	}
	return l.T("warning.refused", "model", a.Version, "checks", l.joined("list.comma", checks))
}

// Check is what a check of the gate is called.
func (l Language) Check(name string) string {
	if key := "model.check." + strings.ReplaceAll(name, " ", "_"); l.Has(key) {
		return l.T(key)
	}
	return name
}

// goneReason is why an old model cannot answer.
func (l Language) goneReason(why string) string {
	switch why {
	case score.WhyNewer:
		return l.T("gone.newer")
	case score.WhyDamaged:
		return l.T("gone.damaged")
	}
	return l.T("gone.absent")
}

// noCluster is why an account has no cluster, and what it is scored by.
func (l Language) noCluster(a *score.WarningArgs) string {
	switch {
	case a.Days == 0:
		return l.T("warning.cluster.unknown")
	case a.Why == score.WhyTooQuiet:
		return l.T("warning.cluster.quiet", "days", l.Days(a.Days), "events", a.Limit)
	}
	return l.T("warning.cluster.early", "days", l.Days(a.Days))
}

// PathReason is why a path is not measured.
func (l Language) PathReason(why string) string {
	switch why {
	case score.WhyNoOwnCluster:
		return l.T("warning.path.none")
	case score.WhyNoPath:
		return l.T("warning.path.model")
	case score.WhyNoClusterPath:
		return l.T("warning.path.cluster")
	}
	return l.T("warning.path.data")
}

// missing names some of the features that are missing. They are divided by
// semicolons, for their names have commas.
func (l Language) missing(a *score.WarningArgs) string {
	var labels []string
	for _, d := range a.Missing[:min(len(a.Missing), missingNamed)] {
		labels = append(labels, l.Label(d))
	}
	named, count := l.joined("list.semicolon", labels), len(a.Missing)
	if rest := count - missingNamed; rest > 0 {
		named = l.T("warning.missing.more", "features", named, "n", rest)
	}
	if a.Date != "" {
		return l.T("warning.missing.date", "date", l.ISODay(a.Date), "missing", count, "of", a.Features, "features", named)
	}
	return l.T("warning.missing", "missing", count, "of", a.Features, "features", named)
}

// joined joins texts by a message with before and next.
func (l Language) joined(key string, texts []string) string {
	all := ""
	for i, next := range texts {
		if i == 0 {
			all = next
		} else {
			all = l.T(key, "before", all, "next", next)
		}
	}
	return all
}

// storedWarning writes a warning that was stored with an answer; its arguments
// were not.
func (l Language) storedWarning(code string) string {
	if key := "stored." + code; l.Has(key) {
		return l.T(key)
	}
	return l.T("stored.other", "code", Readable(code))
}
