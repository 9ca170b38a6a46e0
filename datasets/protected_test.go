package datasets

import "testing"

func TestProtected(t *testing.T) {
	for column, want := range map[string]string{
		"gender": "gender", "Gender": "gender", "customer_gender": "gender", "owner.sex": "gender", "Geschlecht": "gender", "ANREDE": "gender",
		"age": "age", "Age": "age", "Alter": "age", "customerAge": "age", "age_group": "age", "alter_in_jahren": "age", "Age (years)": "age",
		"birth_date": "age", "DateOfBirth": "age", "Geburtsdatum": "age", "dob": "age", "SeniorCitizen": "age",
		"disability": "disability", "has_disability": "disability", "Schwerbehindert": "disability", "Grad der Behinderung": "disability",
		"ethnicity": "ethnicity", "race": "ethnicity", "religion": "religion", "Konfession": "religion",
		"nationality": "nationality", "Nationalität": "nationality", "STAATSANGEHÖRIGKEIT": "nationality",
		"marital_status": "marital status", "MaritalStatus": "marital status", "Familienstand": "marital status",
		// What is no characteristic of a person.
		"plan": "", "seats": "", "account_age": "", "contract_age_days": "", "average": "", "page": "", "usage": "", "tenure": "", "Anzahl": "", "alternative": "",
		"Essex": "", "sextant": "", "trace": "", "brace": "", "disabled": "", "senior_account_manager": "", "citizens": "", "Vertragsalter": "", "": "",
	} {
		got, ok := Protected(column)
		if got != want || ok != (want != "") {
			t.Errorf("%q: %q, want %q", column, got, want)
		}
	}
}

func TestRemarkProtected(t *testing.T) {
	r := &Readiness{}
	r.RemarkProtected([]string{"plan", "gender", "alter"})
	if len(r.Verdicts) != 2 || r.Verdicts[0].Code != VerdictProtected || r.Verdicts[0].Level != Warn {
		t.Errorf("%+v", r.Verdicts)
	}
}
