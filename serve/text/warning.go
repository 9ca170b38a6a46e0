package text

import (
	"fmt"
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
		return fmt.Sprintf(l.pick("the model was trained %s ago; retrain after %s",
			"das Modell wurde vor %s trainiert; nach %s neu trainieren"), l.days(a.Days), l.days(a.Limit))
	case score.WarnOutOfDistribution:
		return l.pick("the account is unlike those the model was trained on",
			"der Account gleicht keinem, mit dem das Modell trainiert wurde")
	case score.WarnPathNotMeasured:
		return l.PathReason(a.Why)
	case score.WarnUnseenLevel:
		return fmt.Sprintf(l.pick("%s has a level that the model was not trained on",
			"%s hat eine Ausprägung, die im Training nicht vorkam"), l.of(a.Feature.Text))
	case score.WarnMissingData:
		return l.missing(a)
	case score.WarnMilestoneIgnored:
		return l.pick("not before the as-of date, so not known at it: ",
			"nicht vor dem Stichtag, daher dort nicht bekannt: ") + strings.Join(a.Milestones, ", ")
	}
	return l.modelWarning(w, a)
}

// modelWarning writes a warning about the models behind an explanation or a
// stored answer.
func (l Language) modelWarning(w *score.Warning, a *score.WarningArgs) string {
	switch w.Code {
	case explain.WarnOldModelMissing:
		return l.pick("the model ", "das Modell ") + a.Version + l.pick(
			" is not there any more: its answer is shown as it was stored, and what it saw in the account cannot be shared out",
			" ist nicht mehr vorhanden: Seine Antwort steht da, wie sie gespeichert wurde; was es im Account sah, lässt sich nicht mehr aufteilen")
	case explain.WarnNotSeparable:
		return l.pick("no model knows both dates: what the account moved and what the change of model moved cannot be told apart",
			"kein Modell kennt beide Stichtage: Was der Account und was der Modellwechsel bewegt hat, lässt sich nicht trennen")
	case explain.WarnModelOrder:
		return l.pick("only the model "+a.Version+" knows both dates: the account's movement is told by it alone",
			"nur das Modell "+a.Version+" kennt beide Stichtage: Die Bewegung des Accounts ist allein mit ihm erklärt")
	case score.WarnNotReplayed:
		return fmt.Sprintf(l.pick("model %s cannot answer again (%s): these are the stored numbers",
			"das Modell %s kann nicht noch einmal antworten (%s): dies sind die gespeicherten Zahlen"), a.Version, l.goneReason(a.Why))
	}
	return w.Text
}

// goneReason is why an old model cannot answer.
func (l Language) goneReason(why string) string {
	switch why {
	case score.WhyNewer:
		return l.pick("a newer program wrote it", "ein neueres Programm hat es geschrieben")
	case score.WhyDamaged:
		return l.pick("its artifact is damaged", "sein Artefakt ist beschädigt")
	}
	return l.pick("it is not in the registry", "es ist nicht in der Registry")
}

// PathReason is why a path is not measured.
func (l Language) PathReason(why string) string {
	text := l.pick("no milestones, or no tenure to measure them by, were given",
		"es fehlen Meilensteine oder das Alter des Accounts")
	switch why {
	case score.WhyNoPath:
		text = l.pick("the model knows no success path", "das Modell kennt keinen Erfolgspfad")
	case score.WhyNoClusterPath:
		text = l.pick("the account's cluster has no success path", "der Cluster des Accounts hat keinen Erfolgspfad")
	}
	return text + l.pick(": health is the outlook alone", ": der Health Score ist allein der Ausblick")
}

// missing names some of the features that are missing. They are divided by
// semicolons, for their names have commas.
func (l Language) missing(a *score.WarningArgs) string {
	var labels []string
	for _, d := range a.Missing[:min(len(a.Missing), missingNamed)] {
		labels = append(labels, l.of(d.Text))
	}
	named, count := strings.Join(labels, "; "), len(a.Missing)
	if rest := count - missingNamed; rest > 0 {
		named += fmt.Sprintf(l.pick("; and %s more", "; und %s weitere"), l.whole(rest))
	}
	if a.Date != "" {
		return fmt.Sprintf(l.pick("on %s, %s of %s features are missing: %s", "am %s fehlen %s von %s Merkmalen: %s"),
			l.isoDay(a.Date), l.whole(count), l.whole(a.Features), named)
	}
	return fmt.Sprintf(l.pick("%s of %s features are missing: %s", "%s von %s Merkmalen fehlen: %s"),
		l.whole(count), l.whole(a.Features), named)
}

// storedWarning writes a warning that was stored with an answer; its arguments
// were not.
func (l Language) storedWarning(code string) string {
	if code == score.WarnMilestoneIgnored {
		return l.pick("a milestone was not before the as-of date, so not known at it",
			"ein Meilenstein lag nicht vor dem Stichtag und war dort nicht bekannt")
	}
	return l.pick("noted when the data were read: ", "beim Lesen der Daten vermerkt: ") + Spoken(code)
}
