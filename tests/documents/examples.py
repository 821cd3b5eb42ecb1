"""Whole workflows that docs/action.md shows, as text; each is linted as this repository's own workflows are."""

TWO_MACHINES = """\
name: update
on:
  schedule:
    - cron: "17 4 * * *"
  workflow_dispatch:
permissions: {}
concurrency:
  group: flakebot
  cancel-in-progress: false
jobs:
  update:
    name: update and check
    runs-on: ubuntu-latest
    timeout-minutes: 240
    permissions:
      contents: read # to check out
    outputs:
      outcome: ${{ steps.flakebot.outputs.outcome }}
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - uses: cachix/install-nix-action@630ae543ea3a38a9a4166f03376c02c50f408342 # v31.11.0
      - uses: OWNER/flakebot@v1
        id: flakebot
        with:
          command: update
      - uses: actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0
        if: >-
          ${{ !cancelled() &&
          contains(fromJSON('["changed", "unchanged", "broken"]'), steps.flakebot.outputs.outcome) }}
        with:
          name: flakebot-candidate
          path: ${{ steps.flakebot.outputs.candidate }}
          if-no-files-found: error
          retention-days: 1

  propose:
    name: propose, approve and merge
    needs: update
    # A broken update makes its job fail, and is proposed all the same, for a person.
    if: ${{ !cancelled() && contains(fromJSON('["changed", "unchanged", "broken"]'), needs.update.outputs.outcome) }}
    runs-on: ubuntu-latest
    timeout-minutes: 90
    environment: flakebot
    permissions:
      contents: read # to read the base branch's configuration
      checks: read # fine-grained tokens cannot read check runs at all
      statuses: write # to post flakebot/flake-check
    steps:
      # Not to evaluate anything: the approver fetches what the lock names again, and hashes it.
      - uses: cachix/install-nix-action@630ae543ea3a38a9a4166f03376c02c50f408342 # v31.11.0
      - uses: actions/download-artifact@3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c # v8.0.1
        with:
          name: flakebot-candidate
          path: ${{ runner.temp }}/flakebot-candidate
      - uses: OWNER/flakebot@v1
        id: propose
        with:
          command: propose
          candidate: ${{ runner.temp }}/flakebot-candidate
          author-token: ${{ secrets.FLAKEBOT_AUTHOR_TOKEN }}
          gpg-private-key: ${{ secrets.FLAKEBOT_GPG_PRIVATE_KEY }}
      - uses: OWNER/flakebot@v1
        id: approve
        if: ${{ !cancelled() && steps.propose.outputs.pull-request-numbers != '' }}
        with:
          command: approve
          approver-token: ${{ secrets.FLAKEBOT_APPROVER_TOKEN }}
          pr: ${{ steps.propose.outputs.pull-request-numbers }}
      - uses: OWNER/flakebot@v1
        if: ${{ !cancelled() && steps.approve.outputs.pull-request-numbers != '' }}
        with:
          command: merge
          author-token: ${{ secrets.FLAKEBOT_AUTHOR_TOKEN }}
          pr: ${{ steps.approve.outputs.pull-request-numbers }}
          sha: ${{ steps.approve.outputs.head-shas }}
"""
