package datasets

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A trial that is not bought is no churn; without the rule, its kind is counted
// in a warning.
func TestTrialsAreNoRenewals(t *testing.T) {
	const periods = "a1,2023-01-01,2023-02-01,0\na1,2023-02-01,2024-02-01,10\na1,2024-02-01,2025-02-01,0\na2,2023-03-01,2023-04-01,0\n"
	got := readPeriodFile(t, periods, ", trial: true")
	if diff := cmp.Diff([]string{"a1 2024-02-01 renewed 2024-02-01", "a1 2025-02-01 open"}, outcomesOf(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !got.Renewals[0].StartedOn.Equal(date(2023, 2, 1)) || got.Warnings[warnTrial] != 0 || !strings.Contains(strings.Join(got.Labels.Notes, "\n"), "2 first periods of amount 0 are trials") {
		t.Errorf("renewal %+v, warnings %v, notes %q", got.Renewals[0], got.Warnings, got.Labels.Notes)
	}
	got = readPeriodFile(t, periods, "")
	if diff := cmp.Diff([]string{"a1 2023-02-01 renewed 2023-02-01", "a1 2024-02-01 renewed 2024-02-01", "a1 2025-02-01 open", "a2 2023-04-01 churned 2023-04-01"}, outcomesOf(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got.Warnings[warnTrial] != 2 {
		t.Errorf("warnings %v", got.Warnings)
	}
}
