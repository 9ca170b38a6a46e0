package train

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/models/artifact"
)

// suspicious is the AUC beyond which a model more likely reads the outcome than
// predicts it.
const suspicious = 0.95

func warnSuspicious(r *artifact.Report) {
	if m, _ := r.Segments[0].Of(artifact.VariantEtappe); m.AUC > suspicious {
		r.Warn(artifact.WarnSuspicious, fmt.Sprintf("AUC %.3f on renewals it has not seen is suspiciously good: look for a leak, a feature that is written down after the decision", m.AUC), fmt.Sprintf("%.3f", m.AUC))
	}
}

// warnProtected names features that stand for a protected characteristic of people,
// with how much the model makes of them.
func warnProtected(r *artifact.Report, d *Data) {
	for _, def := range d.Catalog.Definitions {
		what, ok := datasets.Protected(def.Attribute)
		at := slices.IndexFunc(r.Importance, func(i artifact.Importance) bool { return i.Feature == def.Name })
		if !ok || at < 0 || r.Importance[at].LogOdds == 0 {
			continue
		}
		r.Warn(artifact.WarnProtected, fmt.Sprintf(
			"the feature %q looks like a person's %s, which the law protects, and is number %d of %d by importance: check that a score may rest on it, or list it under features.drop",
			def.Name, what, at+1, len(r.Importance)), def.Name, what, strconv.Itoa(at+1), strconv.Itoa(len(r.Importance)))
	}
}

// warn adds the warnings that belong beside the figures.
func warn(r *artifact.Report, d *Data, c Config, clusters []string) {
	if r.Contamination != nil && r.Contamination.Saved > 0 {
		r.Warn(artifact.WarnSaved, r.Contamination.String())
	}
	if r.Declared != nil {
		r.Warn(artifact.WarnDeclared, r.Declared.String())
		for _, def := range d.Catalog.Definitions {
			if def.Attribute == c.Declared {
				r.Warn(artifact.WarnDeclaredFeature, fmt.Sprintf(
					"the declared outcome %q is also a feature (%s), so model and clusters may know it; list it under features.drop to keep it out", c.Declared, def.Name), c.Declared, def.Name)
				break
			}
		}
	}
	if d.fromEvents && d.Journey == nil {
		r.Warn(artifact.WarnNoPath, "no milestones in the data: no success path is learned, and health is the outlook alone")
	}
	warnSuspicious(r)
	warnProtected(r, d)
	d.warnLeads(r)
	c.warnAllowed(r)
	c.warnNames(r, clusters)
	c.warnPaths(r, clusters)
}
