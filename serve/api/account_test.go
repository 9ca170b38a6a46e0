package api

import (
	"testing"
)

const acme = "/v1/accounts/acme-17"

// accountScenarios are requests about stored accounts, in this order.
var accountScenarios = []scenario{
	{name: "portfolio", method: "GET", target: "/v1/accounts", status: 200, has: []string{`"account_id":"acme-17"`, `"as_of":"2026-03-01"`, `"model":"2026-03-19-1"`, `"next":""`, `"arr":null`, `"previous_as_of":"2026-02-01"`, `"owner":"csm-1"`}},
	{name: "a page of two", method: "GET", target: "/v1/accounts?limit=2&sort=-health", route: "/v1/accounts", status: 200, hasNot: []string{`"next":""`}},
	{name: "filters", method: "GET", target: "/v1/accounts?owner=csm-0&q=acme", status: 200, has: []string{`"acme-17"`}, hasNot: []string{`"c7"`}},
	{name: "nobody has left", method: "GET", target: "/v1/accounts?left=true", status: 200, has: []string{`{"accounts":[],"next":""}`}},
	{name: "left by halves", method: "GET", target: "/v1/accounts?left=maybe", status: 400, has: []string{"left is false or true"}},
	{name: "nobody due", method: "GET", target: "/v1/accounts?due_before=2020-01-01", status: 200, has: []string{`{"accounts":[],"next":""}`}},
	{name: "a cursor of our own", method: "GET", target: "/v1/accounts?cursor=abc", status: 400, has: []string{"urn:etappe:problem:cursor"}},
	{name: "an unknown sort", method: "GET", target: "/v1/accounts?sort=size", status: 400, has: []string{"sort is renewal, health, churn, arr, moved, account or match"}},
	{name: "an unknown filter", method: "GET", target: "/v1/accounts?colour=red", status: 400, has: []string{`unknown parameter \"colour\"`}},
	{name: "too long a page", method: "GET", target: "/v1/accounts?limit=100000", status: 400, has: []string{"from 1 to 500"}},
	{name: "no date", method: "GET", target: "/v1/accounts?due_before=soon", status: 400, has: []string{"a date like 2026-03-31"}},
	{name: "changes", method: "GET", target: "/v1/changes", status: 200, has: []string{`"from":"2026-02-01","to":"2026-03-01"`, `"other_model":`, `"kind":`}},
	{name: "changes before all", method: "GET", target: "/v1/changes?to=2020-01-01", status: 404, has: []string{"urn:etappe:problem:one-date"}},
	{name: "changes by a parameter that there is none of", method: "GET", target: "/v1/changes?since=2026-01-01", status: 400, has: []string{`unknown parameter \"since\"`}},
	{name: "health", method: "GET", route: "/v1/accounts/{id}/health", target: acme + "/health", status: 200, has: []string{`"stored":{"as_of":"2026-03-01"`, `"answer":{"account_id":"acme-17"`, `"contributions":[`, `"overrides":[]`}},
	{name: "health in January, in German", method: "GET", route: "/v1/accounts/{id}/health", target: acme + "/health?as_of=2026-01-01", header: map[string]string{"Accept-Language": "de"}, status: 200, has: []string{`"version":"2025-09-19-1"`, "verbunden mit"}},
	{name: "health between the dates", method: "GET", target: acme + "/health?as_of=2026-02-11", status: 404, has: []string{"urn:etappe:problem:no-snapshot", `"nearest":["2026-02-01","2026-03-01"]`}},
	{name: "health of a stranger", method: "GET", target: "/v1/accounts/nobody/health", status: 404, has: []string{"urn:etappe:problem:unknown", `account \"nobody\"`}},
	{name: "a script", method: "GET", route: "/v1/accounts/{id}/health", target: "/v1/accounts/%3Cscript%3Ealert(1)%3C%2Fscript%3E/health", status: 200, has: []string{`"account_id":"\u003cscript\u003ealert(1)\u003c/script\u003e"`}},
	{name: "umlauts and a slash", method: "GET", route: "/v1/accounts/{id}/health", target: "/v1/accounts/M%C3%BCller%2FS%C3%B6hne%20GmbH%20%231%3F/health", status: 200, has: []string{`"account_id":"Müller/Söhne GmbH #1?"`}},
	{name: "two dots", method: "GET", route: "/v1/accounts/{id}/health", target: "/v1/accounts/%2E%2E/health", status: 200, has: []string{`"account_id":".."`}},
	{name: "a percent sign", method: "GET", route: "/v1/accounts/{id}/health", target: "/v1/accounts/a%252Fb/health", status: 200, has: []string{`"account_id":"a%2Fb"`}},
	{name: "history", method: "GET", route: "/v1/accounts/{id}/history", target: acme + "/history", status: 200, has: []string{`"points":[{"as_of":"2026-01-01"`, `"kind":"call"`, `"shown":false`, `"shown":true`}},
	{name: "history with a parameter", method: "GET", target: acme + "/history?from=2026-01-01", status: 400},
	{name: "explanation", method: "GET", route: "/v1/accounts/{id}/explanation", target: acme + "/explanation?from=2026-01-01&to=2026-02-01", status: 200, has: []string{`"reference":"previous"`, `"bars":[{`}},
	{name: "explanation of the last step", method: "GET", route: "/v1/accounts/{id}/explanation", target: acme + "/explanation", status: 200, has: []string{`"from":{"as_of":"2026-02-01"`, `"to":{"as_of":"2026-03-01"`, `"kind":"model"`}},
	{name: "explanation of the retrain alone", method: "GET", route: "/v1/accounts/{id}/explanation", target: acme + "/explanation?from=2026-03-01&to=2026-03-01", status: 200, has: []string{`"kind":"model"`}},
	{name: "against the cluster", method: "GET", route: "/v1/accounts/{id}/explanation", target: acme + "/explanation?reference=cluster", status: 200, has: []string{`"to":{"as_of":"2026-03-01"`}},
	{name: "against peers that the model does not know", method: "GET", target: acme + "/explanation?reference=renewed_peers", status: 422, has: []string{"urn:etappe:problem:reference", "no renewed peers"}},
	{name: "against the cluster, with from", method: "GET", target: acme + "/explanation?reference=cluster&from=2026-01-01", status: 400, has: []string{"from belongs to the reference previous"}},
	{name: "from after to", method: "GET", target: acme + "/explanation?from=2026-02-01&to=2026-01-01", status: 422, has: []string{"urn:etappe:problem:dates", "from 2026-02-01 is after to 2026-01-01"}},
	{name: "one date by one model", method: "GET", target: acme + "/explanation?from=2026-02-01&to=2026-02-01", status: 422, has: []string{"at which one model answered"}},
	{name: "before the first date", method: "GET", target: acme + "/explanation?to=2026-01-01", status: 422, has: []string{"the first date that is stored"}},
	{name: "from between the dates", method: "GET", target: acme + "/explanation?from=2025-12-24", status: 404, has: []string{`"nearest":["2026-01-01"]`}},
	{name: "an unknown reference", method: "GET", target: acme + "/explanation?reference=peers", status: 400, has: []string{"previous, cluster or renewed_peers"}},
	{name: "by its id alone", method: "POST", target: "/v1/predict", body: `{"account_id":"acme-17"}`, status: 200, has: []string{`"as_of":"2026-03-01"`, `"version":"2026-03-19-1"`}},
	{name: "by its id at a date", method: "POST", target: "/v1/predict", body: `{"accounts":[{"account_id":"c5","as_of":"2026-01-01"},{"account_id":"b","features":{}}]}`, status: 200, has: []string{`"as_of":"2026-01-01"`, `"account_id":"b"`}},
	{name: "by an unknown id", method: "POST", target: "/v1/predict", body: `{"accounts":[{"account_id":"acme-17"},{"account_id":"nobody"},{"account_id":"c5","as_of":"2026-01-02"}]}`, status: 422, has: []string{`"total":2`, `"pointer":"#/accounts/1"`, `the nearest: 2026-01-01, 2026-02-01`}},
	{name: "milestones without features", method: "POST", target: "/v1/predict", body: `{"account_id":"acme-17","milestones":{}}`, status: 422, has: []string{"features is missing"}},
	{name: "stored", method: "POST", target: "/v1/predict", header: map[string]string{"Content-Type": "application/json"}, body: `{"account_id":"new/1","as_of":"2026-03-30","features":{"plan":"pro"},"store":true}`, status: 200, has: []string{`"account_id":"new/1"`}},
	{name: "what was stored", method: "GET", route: "/v1/accounts/{id}/health", target: "/v1/accounts/new%2F1/health", status: 200, has: []string{`"stored":{"as_of":"2026-03-30"`, `"created_on":""`}},
	{name: "stored undeclared", method: "POST", target: "/v1/predict", body: `{"account_id":"b","features":{},"store":true}`, status: 415, has: []string{"send application/json"}},
	{name: "stored for a date to come", method: "POST", target: "/v1/predict", header: map[string]string{"Content-Type": "application/json"}, body: `{"accounts":[{"account_id":"b","as_of":"2026-05-01","features":{}}],"store":true}`, status: 422, has: []string{"lies in the future"}},
	{name: "stored perhaps", method: "POST", target: "/v1/predict", body: `{"account_id":"b","features":{},"store":"yes"}`, status: 422, has: []string{"store is true or false", `"pointer":"#/store"`}},
	{name: "I know better", method: "POST", route: "/v1/accounts/{id}/overrides", target: acme + "/overrides", header: map[string]string{"Content-Type": "application/json"},
		body: `{"band":"healthy","reason":"<b>signed</b>","owner":"csm-0","expires":"2026-06-30"}`, status: 200, has: []string{`"id":1`, `"in_force":true`}},
	{name: "beside the score", method: "GET", route: "/v1/accounts/{id}/health", target: acme + "/health", status: 200, has: []string{`"overrides":[{"id":1,"band":"healthy"`}},
	{name: "beside the score, listed", method: "GET", target: "/v1/accounts?q=acme", status: 200, has: []string{`"override":{"id":1`}},
	{name: "overrides", method: "GET", route: "/v1/accounts/{id}/overrides", target: acme + "/overrides", status: 200, has: []string{`"owner":"csm-0"`}},
	{name: "overrides of a stranger", method: "GET", target: "/v1/accounts/nobody/overrides", status: 404},
	{name: "an override that breaks every rule", method: "POST", target: acme + "/overrides", header: map[string]string{"Content-Type": "application/json"},
		body: `{"band":"ill","reason":3,"expires":"2026-03-31","mood":"good"}`, status: 422, has: []string{`"total":5`, `band is healthy, at_risk or sick, not \"ill\"`, "reason is a text", "owner is missing", "expires is a date", `unknown member \"mood\"`}},
	{name: "an override without an end", method: "POST", target: acme + "/overrides", header: map[string]string{"Content-Type": "application/json"},
		body: `{"band":"sick","reason":"r","owner":"o","expires":"2031-01-01"}`, status: 422, has: []string{"within the next 366 days"}},
	{name: "an override with a member twice", method: "POST", target: acme + "/overrides", header: map[string]string{"Content-Type": "application/json"},
		body: `{"band":"sick","reason":"r","owner":"o","expires":"2026-06-30","band":"healthy"}`, status: 422, has: []string{`\"band\" is given twice`, `"pointer":"#/band"`}},
	{name: "an override that is a list", method: "POST", target: acme + "/overrides", header: map[string]string{"Content-Type": "application/json"}, body: `[1]`, status: 422},
	{name: "an override undeclared", method: "POST", target: acme + "/overrides", body: `{}`, status: 415},
	{name: "an override of a stranger", method: "POST", target: "/v1/accounts/nobody/overrides", header: map[string]string{"Content-Type": "application/json"},
		body: `{"band":"healthy","reason":"r","owner":"o","expires":"2026-06-30"}`, status: 404},
	{name: "revoked by nobody", method: "DELETE", target: acme + "/overrides/1", status: 400, has: []string{"who ends the override"}},
	{name: "another account's", method: "DELETE", target: "/v1/accounts/c5/overrides/1?by=csm-1", status: 404},
	{name: "no number", method: "DELETE", target: acme + "/overrides/first?by=csm-1", status: 404},
	{name: "revoked", method: "DELETE", route: "/v1/accounts/{id}/overrides/{override}", target: acme + "/overrides/1?by=csm-1", status: 204},
	{name: "no longer beside the score", method: "GET", route: "/v1/accounts/{id}/health", target: acme + "/health", status: 200, has: []string{`"overrides":[]`}},
	{name: "its record stays", method: "GET", route: "/v1/accounts/{id}/history", target: acme + "/history", status: 200, has: []string{`"revoked_at":"2026-03-31T09:30:00Z","in_force":false`}},
}

func TestAccountScenarios(t *testing.T) { runScenarios(t, chronicleServer(t), accountScenarios) }

// Without a history every request about an account gets that problem.
func TestNoHistory(t *testing.T) {
	server, _ := testServer(t, testScorer(t))
	runScenarios(t, server, []scenario{
		{name: "portfolio", method: "GET", target: "/v1/accounts", status: 404, has: []string{"urn:etappe:problem:no-history"}},
		{name: "health", method: "GET", target: acme + "/health", status: 404, has: []string{"no-history"}},
		{name: "history", method: "GET", target: acme + "/history", status: 404, has: []string{"no-history"}},
		{name: "explanation", method: "GET", target: acme + "/explanation", status: 404, has: []string{"no-history"}},
		{name: "by id alone", method: "POST", target: "/v1/predict", body: `{"account_id":"acme-17"}`, status: 422, has: []string{"features is missing"}},
		{name: "stored", method: "POST", target: "/v1/predict", body: `{"account_id":"a","features":{},"store":true}`, status: 422, has: []string{"keeps no history"}},
	})
}
