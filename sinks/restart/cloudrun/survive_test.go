package cloudrun_test

import (
	"testing"

	"cloud.google.com/go/run/apiv2/runpb"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/dynasette/dynasette/internal/runtest"
	"github.com/dynasette/dynasette/sinks/restart/cloudrun"
)

// full is a service with every field set that the API has, and some that it may get.
func full(t *testing.T) *runpb.Service {
	svc := &runpb.Service{}
	n := fill(svc.ProtoReflect())
	if n < 40 {
		t.Fatalf("only %d fields", n)
	}
	t.Logf("%d fields", n)
	svc.Template.Revision = "datasette-pinned"
	svc.Traffic = []*runpb.TrafficTarget{
		{Type: runpb.TrafficTargetAllocationType_TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST, Percent: 100, Tag: "live"},
		{Type: runpb.TrafficTargetAllocationType_TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION, Revision: "datasette-pinned", Tag: "before"},
	}
	// The container that takes the requests stands between two sidecars.
	main, before, after := svc.Template.Containers[0], &runpb.Container{}, &runpb.Container{}
	fill(before.ProtoReflect())
	fill(after.ProtoReflect())
	before.Name, before.Ports = "before", nil
	after.Name, after.Ports = "after", nil
	main.Name = "main"
	main.Env = append(main.Env, env("BEFORE", "1", cloudrun.DefaultVariable, "r1", "DATASETTE_SECRET", "s")...)
	svc.Template.Containers = []*runpb.Container{before, main, after}

	newer := protowire.AppendString(protowire.AppendTag(nil, 9999, protowire.BytesType), "from the future")
	for _, m := range []protoreflect.ProtoMessage{svc, svc.Template, main, main.Env[1], main.Resources, svc.Template.Volumes[0]} {
		m.ProtoReflect().SetUnknown(newer)
	}
	return svc
}

func TestEverythingElseSurvives(t *testing.T) {
	s := start(t, &runtest.Server{}, full(t))
	before := get(t, s)
	if err := restart(t, s, "r2"); err != nil {
		t.Fatal(err)
	}
	after := get(t, s)

	if got := after.Template.Annotations[cloudrun.MarkerAnnotation]; got == "" {
		t.Error("no marker")
	}
	if after.Template.Revision != "" {
		t.Errorf("the revision is still named %q", after.Template.Revision)
	}
	release := after.Template.Containers[1].Env[2]
	if release.Name != cloudrun.DefaultVariable || release.GetValue() != "r2" {
		t.Errorf("the variable is %v", release)
	}

	// Undo these three, and what the server itself counts: the rest is equal.
	release.Values = &runpb.EnvVar_Value{Value: "r1"}
	delete(after.Template.Annotations, cloudrun.MarkerAnnotation)
	after.Template.Revision = before.Template.Revision
	for _, svc := range []*runpb.Service{before, after} {
		svc.Etag, svc.Generation, svc.ObservedGeneration, svc.UpdateTime = "", 0, 0, nil
		svc.LatestCreatedRevision, svc.LatestReadyRevision = "", ""
		svc.TerminalCondition, svc.Conditions = nil, nil
	}
	if !proto.Equal(before, after) {
		t.Errorf("before:\n%v\nafter:\n%v", before, after)
	}
	unknown := func(m proto.Message) int { return len(m.ProtoReflect().GetUnknown()) }
	main := after.Template.Containers[1]
	for _, m := range []proto.Message{after, after.Template, main, main.Env[1], main.Resources, after.Template.Volumes[0]} {
		if unknown(m) == 0 {
			t.Errorf("%s lost its unknown field", m.ProtoReflect().Descriptor().Name())
		}
	}
}
