// Package names compares the names of columns and files with words that are
// usual for them, and suggests the nearest one for a name that is not there.
package names

import (
	"slices"
	"strings"
	"unicode"
)

// The names of columns that identify accounts and users, the likeliest first. A
// * stands for any text.
var (
	Accounts = []string{"account_id", "account", "accountid", "account_no", "account_number", "customer_id", "customer", "customer_no",
		"customer_number", "company_id", "company", "client_id", "client", "organization_id", "organisation_id", "org_id", "tenant_id",
		"workspace_id", "kunde_id", "kunden_id", "kundennr", "kunden_nr", "kundennummer", "kunde", "firma_id", "compte_id", "client_no",
		"*_account_id", "*_customer_id"}
	Users = []string{"user_id", "user", "userid", "member_id", "contact_id", "person_id", "actor_id", "email", "user_email", "username", "benutzer", "*user*id"}
)

// Snake writes a name in lower case with underscores: "Event Type" and
// "eventType" become event_type.
func Snake(name string) string {
	var b strings.Builder
	lower := false
	for _, r := range name {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			r, lower = '_', false
		case unicode.IsUpper(r):
			if lower {
				b.WriteByte('_')
			}
			r, lower = unicode.ToLower(r), false
		default:
			lower = true
		}
		b.WriteRune(r)
	}
	return strings.Trim(b.String(), "_")
}

// Rank returns the position of the first word that a name is like, or -1.
func Rank(name string, words []string) int {
	name = Snake(name)
	return slices.IndexFunc(words, func(word string) bool { return matches(name, word) })
}

// Like reports whether a name is like one of the words, in any case and with
// any separators.
func Like(name string, words []string) bool { return Rank(name, words) >= 0 }

// like matches a word in which * stands for any text.
func matches(name, word string) bool {
	parts := strings.Split(word, "*")
	if len(parts) == 1 {
		return name == word
	}
	last := len(parts) - 1
	if !strings.HasPrefix(name, parts[0]) || !strings.HasSuffix(name[len(parts[0]):], parts[last]) {
		return false
	}
	name = name[len(parts[0]) : len(name)-len(parts[last])]
	for _, part := range parts[1:last] {
		at := strings.Index(name, part)
		if at < 0 {
			return false
		}
		name = name[at+len(part):]
	}
	return true
}
