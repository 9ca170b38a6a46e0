package train

import "fmt"

// Warned says what a warning of a report is about, for readers of another
// language than its text.
type Warned struct {
	Code   string   `json:"code"`             // one of the Warn… constants; "": an older program's
	Values []string `json:"values,omitempty"` // what the text names, in the order of the constant's comment
}

// The codes of warnings; they stay what they are.
const (
	WarnSaved           = "renewals_saved"      // its figures are Report.Contamination
	WarnDeclared        = "outcomes_declared"   // its figures are Report.Declared
	WarnDeclaredFeature = "declared_is_feature" // the declared column, the feature
	WarnClusters        = "many_clusters"       // how many there are
	WarnClusterName     = "cluster_name_unused" // the configured id, the clusters' ids, the name
	WarnPath            = "path_unused"         // the configured key, the clusters' ids
	WarnEdited          = "edited"              // it stands in Report.Edits
)

// warning adds a warning with its code.
func (r *Report) warning(code, text string, values ...string) {
	for len(r.Warned) < len(r.Warnings) { // those of an older program
		r.Warned = append(r.Warned, Warned{})
	}
	r.Warnings, r.Warned = append(r.Warnings, text), append(r.Warned, Warned{code, values})
}

// warn says in words what a reader of the figures must know beside them.
func (r *Report) warn(d *Data, c Config, clusters []string) {
	if r.Contamination != nil && r.Contamination.Saved > 0 {
		r.warning(WarnSaved, r.Contamination.String())
	}
	if r.Declared != nil {
		r.warning(WarnDeclared, r.Declared.String())
		for _, def := range d.Catalog.Definitions {
			if def.Attribute == c.Declared {
				r.warning(WarnDeclaredFeature, fmt.Sprintf(
					"the declared outcome %q is also a feature (%s), so model and clusters may know it; list it under features.drop to keep it out", c.Declared, def.Name), c.Declared, def.Name)
				break
			}
		}
	}
	c.warnNames(r, clusters)
	c.warnPaths(r, clusters)
}

// Outcomes says in a line per further target whether it can be foreseen, and
// how well.
func (r *Report) Outcomes() []string {
	var lines []string
	for _, t := range r.Targets {
		verdict := "left out"
		if t.Kept {
			verdict = "kept"
		}
		lines = append(lines, fmt.Sprintf("%s, %d of %d renewals: %s (%s)", t.Name, t.Events, t.Rows, verdict, t.Detail))
	}
	return lines
}
