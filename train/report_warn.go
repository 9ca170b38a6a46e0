package train

import "fmt"

// warn says in words what a reader of the figures must know beside them.
func (r *Report) warn(d *Data, c Config, clusters []string) {
	if r.Contamination != nil && r.Contamination.Saved > 0 {
		r.Warnings = append(r.Warnings, r.Contamination.String())
	}
	if r.Declared != nil {
		r.Warnings = append(r.Warnings, r.Declared.String())
		for _, def := range d.Catalog.Definitions {
			if def.Attribute == c.Declared {
				r.Warnings = append(r.Warnings, fmt.Sprintf(
					"the declared outcome %q is also a feature (%s), so model and clusters may know it; list it under features.drop to keep it out", c.Declared, def.Name))
				break
			}
		}
	}
	r.Warnings = append(r.Warnings, c.nameWarnings(clusters)...)
	r.Warnings = append(r.Warnings, c.pathWarnings(clusters)...)
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
