# For those who want to see the steps: each is one request to the converter.
resource "google_workflows_workflow" "publish" {
  count               = var.workflow ? 1 : 0
  name                = "${var.name}-publish"
  region              = var.region
  service_account     = google_service_account.caller.id
  source_contents     = file("${path.module}/workflow.yaml")
  deletion_protection = false

  user_env_vars = {
    CONVERTER = google_cloud_run_v2_service.converter.uri
  }

  depends_on = [google_project_service.api]
}

resource "google_project_iam_member" "caller_starts_workflow" {
  count   = var.workflow ? 1 : 0
  project = var.project
  role    = "roles/workflows.invoker"
  member  = google_service_account.caller.member
}

# It is started by Eventarc: Pub/Sub alone can't.
locals {
  workflow_events = {
    finalized = "google.cloud.storage.object.v1.finalized"
    archived  = "google.cloud.storage.object.v1.archived"
    deleted   = "google.cloud.storage.object.v1.deleted"
  }
}

resource "google_eventarc_trigger" "upload" {
  for_each        = var.workflow ? local.workflow_events : {}
  name            = "${var.name}-${each.key}"
  location        = var.region
  service_account = google_service_account.caller.email

  matching_criteria {
    attribute = "type"
    value     = each.value
  }
  matching_criteria {
    attribute = "bucket"
    value     = google_storage_bucket.uploads.name
  }

  destination {
    workflow = google_workflows_workflow.publish[0].id
  }

  depends_on = [
    google_project_iam_member.caller_receives_events,
    google_project_iam_member.caller_starts_workflow,
    google_project_iam_member.storage_publishes_events,
    google_cloud_run_v2_service_iam_member.caller_calls_converter,
  ]
}

resource "google_project_iam_member" "caller_receives_events" {
  count   = var.workflow ? 1 : 0
  project = var.project
  role    = "roles/eventarc.eventReceiver"
  member  = google_service_account.caller.member
}

resource "google_project_iam_member" "storage_publishes_events" {
  count   = var.workflow ? 1 : 0
  project = var.project
  role    = "roles/pubsub.publisher"
  member  = data.google_storage_project_service_account.storage.member
}
