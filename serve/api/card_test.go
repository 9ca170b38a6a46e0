package api

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/serve/score"
	"github.com/etappe/etappe/serve/servetest"
)

// GET /v1/model lists which clusters go on under which id, how many accounts they
// kept, and who promoted the model against the gate; each only where it is so,
// and as the document describes it.
func TestModelCardHasItsOrigin(t *testing.T) {
	schema := documentSchemas(t)("/components/schemas/ModelCard")
	card := func(a *artifact.Artifact, meta score.Meta) string {
		t.Helper()
		s, err := score.New(a, meta, score.Options{})
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(s.Card(now))
		if err != nil {
			t.Fatal(err)
		}
		if err := validate(schema, text); err != nil {
			t.Errorf("%v\n%s", err, text)
		}
		return string(text)
	}
	first, err := servetest.Renumbered()
	if err != nil {
		t.Fatal(err)
	}
	plain := card(first, testMeta)
	next, meta := *first, testMeta
	if next.Clusters, next.Lineage, err = artifact.Descend(testArtifact(t), "2025-09-19-0123456789", first.Clusters); err != nil {
		t.Fatal(err)
	}
	next.Lineage.Clusters[0].Was, next.Lineage.Gone = "export", []artifact.Group{{ID: "c0", Name: "gone"}}
	next.Report = &artifact.Report{Overlap: &artifact.Overlap{Accounts: 9, Before: []artifact.Group{{ID: "c1", Name: "a"}, {ID: "c2", Name: "b"}},
		After: []string{"c2", "c1"}, Count: [][]int{{1, 5}, {3, 0}}}}
	promoted := time.Date(2026, 3, 21, 9, 0, 0, 0, time.UTC)
	meta.PromotedAt, meta.Override = &promoted, &artifact.Override{Owner: "Ada", Reason: "why", Refused: "what"}
	full := card(&next, meta)
	for _, part := range []string{`"promoted_at":"2026-03-21T09:00:00Z"`, `"override":{"owner":"Ada","reason":"why","refused":"what"}`,
		`"lineage":{"previous":"2025-09-19-0123456789"`, `{"id":"c2","continues":true,"was":"export"}`, `"gone":[{"id":"c0","name":"gone"}]`, `"count":[[1,5],[3,0]]`} {
		if !strings.Contains(full, part) {
			t.Errorf("no %s in %s", part, full)
		}
	}
	for _, name := range []string{"promoted_at", "override", "lineage", "overlap"} {
		if strings.Contains(plain, `"`+name+`"`) || !strings.Contains(full, `"`+name+`"`) {
			t.Errorf("%s where there is none, or none where there is", name)
		}
	}
}
