package datasets

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// protectedWords are words of column names, in English and German, that stand for a
// characteristic of people which the law protects (Article 9 GDPR, Directive
// 2000/78/EC, AGG): one of them in a name is enough.
var protectedWords = map[string][]string{
	"gender":         {"gender", "sex", "geschlecht", "anrede", "salutation"},
	"age":            {"birth", "birthdate", "birthday", "birthyear", "dob", "geburtsdatum", "geburtstag", "geburtsjahr", "geboren", "altersgruppe", "lebensalter", "seniorcitizen"},
	"disability":     {"disability", "disabilities", "handicap", "behinderung", "schwerbehinderung", "schwerbehindert", "behinderungsgrad"},
	"ethnicity":      {"ethnicity", "ethnic", "ethnie", "ethnisch", "race", "hautfarbe", "migrationshintergrund"},
	"religion":       {"religion", "religious", "konfession", "glaube", "faith"},
	"nationality":    {"nationality", "citizenship", "nationalitaet", "nationalität", "staatsangehoerigkeit", "staatsangehörigkeit", "staatsbuergerschaft", "staatsbürgerschaft"},
	"marital status": {"marital", "married", "familienstand", "zivilstand", "verheiratet"},
}

// people are words beside which an age is a person's; alone it is one, too.
var people = []string{"customer", "person", "user", "contact", "owner", "member", "client", "student", "employee", "group", "band", "years",
	"kunde", "kunden", "kontakt", "nutzer", "inhaber", "mitglied", "gruppe", "jahre", "jahren", "in"}

// Protected returns the protected characteristic that a column's name stands for:
// gender, age, disability, ethnicity, religion, nationality or marital status; ok is
// false if it stands for none. It reads names alone, not what they are about.
func Protected(column string) (characteristic string, ok bool) {
	words := nameWords(column)
	for _, name := range []string{"gender", "age", "disability", "ethnicity", "religion", "nationality", "marital status"} {
		if name == "age" && slices.Contains(words, "senior") && slices.Contains(words, "citizen") {
			return name, true
		}
		if slices.ContainsFunc(words, func(w string) bool { return slices.Contains(protectedWords[name], w) }) {
			return name, true
		}
	}
	if !slices.Contains(words, "age") && !slices.Contains(words, "alter") {
		return "", false
	}
	for _, w := range words {
		if w != "age" && w != "alter" && !slices.Contains(people, w) {
			return "", false // of an account, a contract, a device
		}
	}
	return "age", true
}

// nameWords divides a column's name into words in lower case: at what is no letter, and
// where a capital follows a small letter.
func nameWords(name string) []string {
	var b strings.Builder
	before := ' '
	for _, r := range name {
		if unicode.IsUpper(r) && unicode.IsLower(before) {
			b.WriteRune(' ')
		}
		b.WriteRune(unicode.ToLower(r))
		before = r
	}
	return strings.FieldsFunc(b.String(), func(r rune) bool { return !unicode.IsLetter(r) })
}

// RemarkProtected adds a verdict for each of the account columns, which become
// features, that stands for a protected characteristic.
func (r *Readiness) RemarkProtected(columns []string) {
	for _, column := range columns {
		if what, ok := Protected(column); ok {
			r.Warn(VerdictProtected, fmt.Sprintf(
				"the account column %q looks like a person's %s, which the law protects: a score must not rest on it without a reason; list it under features.drop", column, what))
		}
	}
}
