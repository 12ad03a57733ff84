# An upload that is overwritten or deleted is archived while the bucket keeps versions, and
# deleted if it does not.
locals {
  events = {
    finalized = "google.cloud.storage.object.v1.finalized"
    archived  = "google.cloud.storage.object.v1.archived"
    deleted   = "google.cloud.storage.object.v1.deleted"
  }
}

resource "google_eventarc_trigger" "upload" {
  for_each        = local.events
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
    workflow = var.workflow ? google_workflows_workflow.publish[0].id : null

    dynamic "cloud_run_service" {
      for_each = var.workflow ? [] : [google_cloud_run_v2_service.converter.name]
      content {
        service = cloud_run_service.value
        region  = var.region
        path    = "/events"
      }
    }
  }

  depends_on = [
    google_project_iam_member.caller_receives_events,
    google_project_iam_member.caller_starts_workflow,
    google_project_iam_member.storage_publishes_events,
    google_cloud_run_v2_service_iam_member.caller_calls_converter,
    google_cloud_run_v2_service_iam_member.converter_moves_datasette,
    google_service_account_iam_member.converter_moves_datasette,
    google_artifact_registry_repository_iam_member.converter_moves_datasette,
  ]
}

# A delivery is answered once the upload is served, which takes longer than the ten seconds
# that Eventarc's own subscriptions wait. The provider can't change those, gcloud can: to as
# long as Pub/Sub allows.
resource "terraform_data" "patience" {
  for_each         = local.events
  triggers_replace = "${google_eventarc_trigger.upload[each.key].uid} ${var.workflow}"

  provisioner "local-exec" {
    command = "gcloud pubsub subscriptions update $(gcloud eventarc triggers describe ${google_eventarc_trigger.upload[each.key].name} --project=${var.project} --location=${var.region} --format='value(transport.pubsub.subscription)') --ack-deadline=600"
  }
}

# Events may be lost; this mends what they would have told.
resource "google_cloud_scheduler_job" "reconcile" {
  name             = "${var.name}-reconcile"
  region           = var.region
  schedule         = var.schedule
  attempt_deadline = "1800s"

  retry_config {
    retry_count          = 2
    min_backoff_duration = "30s"
  }

  http_target {
    http_method = "POST"
    uri         = "${google_cloud_run_v2_service.converter.uri}/reconcile"
    oidc_token {
      service_account_email = google_service_account.caller.email
      audience              = google_cloud_run_v2_service.converter.uri
    }
  }

  depends_on = [google_project_service.api]
}

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
