package main

import "strings"

// location is a DSN as it may be printed: without a password, also one with signs in
// it that an address does not allow, and without what stands in its parameters.
func location(dsn string) string {
	scheme, rest, found := strings.Cut(dsn, "://")
	if !found {
		if strings.Contains(dsn, "password") { // host=… password=…
			return "postgres"
		}
		return dsn
	}
	rest, _, _ = strings.Cut(rest, "?")
	if at := strings.LastIndex(rest, "@"); at >= 0 { // of several the last ends the password
		user, _, secret := strings.Cut(rest[:at], ":")
		if secret {
			user += ":xxxxx"
		}
		rest = user + rest[at:]
	}
	return scheme + "://" + rest
}
