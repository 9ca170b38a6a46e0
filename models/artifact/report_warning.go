package artifact

// Warning is what a reader of the report's figures must be aware of: a code with
// its values for readers of any language, and a sentence in English.
type Warning struct {
	Code   string   `json:"code"`             // one of the Warn… constants
	Values []string `json:"values,omitempty"` // named in the text, in the order of the constant's comment
	Text   string   `json:"text"`
}

// The codes of warnings; they stay what they are.
const (
	WarnSaved           = "renewals_saved"      // its figures are Report.Contamination
	WarnDeclared        = "outcomes_declared"   // its figures are Report.Declared
	WarnDeclaredFeature = "declared_is_feature" // the declared column, the feature
	WarnClusters        = "many_clusters"       // how many there are
	WarnClusterName     = "cluster_name_unused" // the configured id, the clusters' ids, the name
	WarnPath            = "path_unused"         // the configured key, the clusters' ids
	WarnAllowed         = "leak_allowed"        // the column; its figures are in Report.Allowed
	WarnAllowUnused     = "allow_unused"        // the configured name
	WarnLeadsUnfit      = "leads_unfit"         // the days, renewals that they do not fit, rows left out
	WarnLeadsReplaced   = "leads_replaced"      // the same
	WarnLeadUntested    = "lead_untested"       // training rows, first and last day of the range
	WarnLeadCalibration = "lead_calibration"    // first and last day, predicted and observed share
	WarnBand            = "band_contradicts"    // the band, its observed share, the shares from which accounts are at risk and sick
	WarnHysteresis      = "hysteresis_cut"      // the configured points, those used
	WarnSuspicious      = "suspiciously_good"   // the AUC
	WarnNoPath          = "no_path"             // none
	WarnProtected       = "protected"           // the feature, the characteristic, its place by importance, of how many
	WarnEdited          = "edited"              // it stands in Report.Edits
)

// Warn adds a warning.
func (r *Report) Warn(code, text string, values ...string) {
	r.Warnings = append(r.Warnings, Warning{code, values, text})
}
