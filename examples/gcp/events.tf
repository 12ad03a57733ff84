# The bucket tells of uploads through a topic of our own, which has what Eventarc's have not:
# ten minutes for an answer, and a place for what can't be delivered. An upload that is
# overwritten or deleted is archived while the bucket keeps versions, and deleted if it does not.
resource "google_pubsub_topic" "uploads" {
  name       = "${var.name}-uploads"
  depends_on = [google_project_service.api]
}

resource "google_pubsub_topic_iam_member" "storage_publishes_uploads" {
  topic  = google_pubsub_topic.uploads.name
  role   = "roles/pubsub.publisher"
  member = data.google_storage_project_service_account.storage.member
}

resource "google_storage_notification" "uploads" {
  count          = var.workflow ? 0 : 1
  bucket         = google_storage_bucket.uploads.name
  topic          = google_pubsub_topic.uploads.id
  event_types    = ["OBJECT_FINALIZE", "OBJECT_ARCHIVE", "OBJECT_DELETE"]
  payload_format = "NONE" # names and generation are in the attributes

  depends_on = [google_pubsub_topic_iam_member.storage_publishes_uploads]
}

resource "google_pubsub_subscription" "uploads" {
  count                      = var.workflow ? 0 : 1
  name                       = "${var.name}-uploads"
  topic                      = google_pubsub_topic.uploads.id
  ack_deadline_seconds       = 600 # an upload is answered once it is served
  message_retention_duration = "604800s"

  push_config {
    push_endpoint = "${google_cloud_run_v2_service.converter.uri}/events"
    oidc_token {
      service_account_email = google_service_account.caller.email
      audience              = google_cloud_run_v2_service.converter.uri
    }
  }
  retry_policy {
    minimum_backoff = "10s"
    maximum_backoff = "600s"
  }
  # The hundredth try is some sixteen hours after the first.
  dead_letter_policy {
    dead_letter_topic     = google_pubsub_topic.undelivered.id
    max_delivery_attempts = 100
  }
  expiration_policy {
    ttl = "" # never
  }

  depends_on = [
    google_service_account_iam_member.pubsub_is_caller,
    google_cloud_run_v2_service_iam_member.caller_calls_converter,
    google_cloud_run_v2_service_iam_member.converter_asks_datasette,
    google_cloud_run_v2_service_iam_member.converter_moves_datasette,
    google_service_account_iam_member.converter_moves_datasette,
    google_artifact_registry_repository_iam_member.converter_moves_datasette,
  ]
}

# What could not be delivered is kept for a week, to be looked at. Nothing is lost with it: the
# schedule mends what it would have told.
resource "google_pubsub_topic" "undelivered" {
  name       = "${var.name}-undelivered"
  depends_on = [google_project_service.api]
}

resource "google_pubsub_subscription" "undelivered" {
  name                       = "${var.name}-undelivered"
  topic                      = google_pubsub_topic.undelivered.id
  message_retention_duration = "604800s"

  expiration_policy {
    ttl = "" # never
  }
}

resource "google_pubsub_topic_iam_member" "pubsub_puts_aside" {
  topic  = google_pubsub_topic.undelivered.name
  role   = "roles/pubsub.publisher"
  member = local.pubsub
}

resource "google_pubsub_subscription_iam_member" "pubsub_puts_aside" {
  count        = var.workflow ? 0 : 1
  subscription = google_pubsub_subscription.uploads[0].name
  role         = "roles/pubsub.subscriber"
  member       = local.pubsub
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
